package dev.bookmarket.marketplace.catalogue;

import dev.bookmarket.runtime.Text;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The words of a query, to be marked in what it found: without regard to case, accents, and
 * apostrophes and full stops inside a word, as the catalogue searches. Immutable.
 */
public final class Highlighter {
  /**
   * A Chinese or Japanese character, or letters and digits as far as they hang together. The
   * quantifiers are possessive: a greedy group would make the matcher recurse once per part.
   */
  private static final Pattern WORD =
      Pattern.compile(
          "[\\p{IsHan}\\p{IsHiragana}]"
              + "|[\\p{L}\\p{M}\\p{N}&&[^\\p{IsHan}\\p{IsHiragana}]]++"
              + "(?:['’.][\\p{L}\\p{M}\\p{N}&&[^\\p{IsHan}\\p{IsHiragana}]]++)*+");

  private static final Pattern ACCENTS = Pattern.compile("[\\u0300-\\u036f]+");

  /** Letters that Unicode does not take apart, and what an English keyboard has for them. */
  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("ł", "l"),
          Map.entry("ø", "o"),
          Map.entry("đ", "d"),
          Map.entry("ð", "d"),
          Map.entry("þ", "th"),
          Map.entry("æ", "ae"),
          Map.entry("œ", "oe"),
          Map.entry("ß", "ss"),
          Map.entry("ı", "i"),
          Map.entry("ς", "σ"));

  private static final Pattern OTHER_LETTERS =
      Pattern.compile("[" + String.join("", OTHERS.keySet()) + "]");

  private static final Pattern INSIDE = Pattern.compile("['’.]");

  // Limits the parts of one text; later hits are not marked, because each costs markup and time.
  private static final int MAX_PARTS = 500;

  private final Set<String> words = new HashSet<>();

  /** A stretch of a text, which is a hit or is none. */
  public record Segment(String text, boolean hit) {}

  private Highlighter() {}

  /** No words at all. */
  static Highlighter none() {
    return new Highlighter();
  }

  /** The words of that query. */
  static Highlighter of(String query) {
    var hits = new Highlighter();
    for (var word = WORD.matcher(query); word.find(); ) {
      hits.words.add(INSIDE.matcher(folded(word.group())).replaceAll(""));
    }
    return hits;
  }

  /** The text, taken apart where hits begin and end. */
  public List<Segment> partsOf(String text) {
    var parts = new ArrayList<Segment>();
    int done = 0;
    for (var word = WORD.matcher(text); parts.size() < MAX_PARTS && word.find(); ) {
      if (isHit(word.group())) {
        if (word.start() > done) {
          parts.add(new Segment(text.substring(done, word.start()), false));
        }
        parts.add(new Segment(word.group(), true));
        done = word.end();
      }
    }
    if (done < text.length()) {
      parts.add(new Segment(text.substring(done), false));
    }
    return parts;
  }

  /** Whether it is looked for as it stands, or one of the pieces that apostrophes make of it. */
  private boolean isHit(String word) {
    var plain = folded(word);
    return words.contains(INSIDE.matcher(plain).replaceAll(""))
        || INSIDE.splitAsStream(plain).anyMatch(words::contains);
  }

  private static String folded(String text) {
    var decomposed = Text.normalize(text, Normalizer.Form.NFKD);
    var plain =
        Normalizer.normalize(ACCENTS.matcher(decomposed).replaceAll(""), Normalizer.Form.NFC)
            .toLowerCase(Locale.ROOT);
    return OTHER_LETTERS
        .matcher(plain)
        .replaceAll(letter -> OTHERS.getOrDefault(letter.group(), letter.group()));
  }
}
