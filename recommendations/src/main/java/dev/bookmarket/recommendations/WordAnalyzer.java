package dev.bookmarket.recommendations;

import static org.apache.lucene.analysis.miscellaneous.WordDelimiterIterator.DEFAULT_WORD_DELIM_TABLE;

import com.google.common.base.CharMatcher;
import dev.bookmarket.runtime.Text;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.core.TypeTokenFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;

/**
 * Splits texts into words by Unicode's rules (UAX 29; Chinese and Japanese mostly into single
 * characters), in lower case and without accents. Thread-safe.
 *
 * <p>Apostrophes and full stops inside a word are removed. In the texts of books, the parts that
 * they separate are words too: "Ender's" is indexed as "enders", "ender" and "s".
 */
final class WordAnalyzer extends Analyzer {
  /** The analyzer for the texts of books. */
  static final WordAnalyzer FOR_BOOKS =
      new WordAnalyzer(
          WordDelimiterGraphFilter.CATENATE_ALL
              | WordDelimiterGraphFilter.GENERATE_WORD_PARTS
              | WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS);

  /** The analyzer for queries. */
  static final WordAnalyzer FOR_QUERIES = new WordAnalyzer(WordDelimiterGraphFilter.CATENATE_ALL);

  /** Characters at which the tokenizer does not always split, such as the comma in "802,701". */
  private static final Set<String> SEPARATORS = Set.of("_", ",", ";", ":", "·", "，", "；", "：", "＿");

  private static final Set<String> APOSTROPHES =
      Set.of("ʼ", "‘", "’", "‚", "‛", "′", "‵", "❛", "❜", "＇");

  /** Unicode defines no compatibility characters after the supplementary multilingual plane. */
  private static final int MAX_COMPATIBILITY_CHARACTER = 0x1ffff;

  /** The accents of Latin, Greek and Cyrillic. Marks of other scripts distinguish words. */
  private static final Pattern ACCENTS = Pattern.compile("[\\u0300-\\u036f]+");

  /** Applied before the tokenizer runs; keeps the positions of the words in the original text. */
  private static final NormalizeCharMap REPLACEMENTS = replacements();

  private static final Set<String> NOT_WORDS =
      Set.of(StandardTokenizer.TOKEN_TYPES[StandardTokenizer.EMOJI]);

  private final int delimiterFlags;

  private WordAnalyzer(int delimiterFlags) {
    this.delimiterFlags = delimiterFlags;
  }

  /**
   * A word of a text.
   *
   * @param start the position of its first character in the text, in UTF-16 code units
   * @param end the position after its last character
   */
  record Word(String text, int start, int end) {}

  /** Returns the words of a text in their order. Parts of a word have the range of the word. */
  List<Word> words(String text) {
    var words = new ArrayList<Word>();
    try (var tokens = tokenStream("", text)) {
      var term = tokens.addAttribute(CharTermAttribute.class);
      var offset = tokens.addAttribute(OffsetAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        words.add(new Word(term.toString(), offset.startOffset(), offset.endOffset()));
      }
      tokens.end();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot analyze a text in memory", e);
    }
    return words;
  }

  /**
   * Returns the text without accents, and with compatibility characters such as ligatures and
   * full-width letters replaced (NFKD).
   */
  static String withoutAccents(String text) {
    if (CharMatcher.ascii().matchesAllOf(text)) {
      return text;
    }
    var decomposed = Text.normalize(text, Normalizer.Form.NFKD);
    return Normalizer.normalize(ACCENTS.matcher(decomposed).replaceAll(""), Normalizer.Form.NFC);
  }

  @Override
  protected Reader initReader(String field, Reader reader) {
    return new MappingCharFilter(REPLACEMENTS, reader);
  }

  @Override
  protected TokenStreamComponents createComponents(String field) {
    var tokenizer = new StandardTokenizer();
    TokenStream words = new TypeTokenFilter(tokenizer, NOT_WORDS);
    words =
        new WordDelimiterGraphFilter(words, false, DEFAULT_WORD_DELIM_TABLE, delimiterFlags, null);
    // ASCII folding returns upper case for some lower-case letters, such as small capitals.
    words = new ASCIIFoldingFilter(withoutAccents(words));
    return new TokenStreamComponents(tokenizer, new LowerCaseFilter(words));
  }

  private static TokenStream withoutAccents(TokenStream words) {
    return new TokenFilter(words) {
      private final CharTermAttribute term = addAttribute(CharTermAttribute.class);

      @Override
      public boolean incrementToken() throws IOException {
        if (!input.incrementToken()) {
          return false;
        }
        var word = withoutAccents(term.toString());
        term.setEmpty().append(word);
        return true;
      }
    };
  }

  private static NormalizeCharMap replacements() {
    var replacements = new HashMap<String, String>();
    for (int i = 0x80; i <= MAX_COMPATIBILITY_CHARACTER; i++) {
      var character = Character.toString(i);
      if (Normalizer.isNormalized(character, Normalizer.Form.NFKD)) {
        continue; // most characters; the check is faster than the comparison below
      }
      var replacement = Normalizer.normalize(character, Normalizer.Form.NFKD);
      // Only compatibility characters, such as "²", "ﬁ" and "№".
      if (!replacement.equals(Normalizer.normalize(character, Normalizer.Form.NFD))) {
        replacements.put(character, replacement.replace('ς', 'σ'));
      }
    }
    replacements.put("ς", "σ");
    SEPARATORS.forEach(separator -> replacements.put(separator, " "));
    APOSTROPHES.forEach(apostrophe -> replacements.put(apostrophe, "'"));
    var map = new NormalizeCharMap.Builder();
    replacements.forEach(map::add);
    return map.build();
  }
}
