package dev.bookmarket.marketplace.cover;

import static dev.bookmarket.marketplace.cover.Drawing.n;

import dev.bookmarket.runtime.Text;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/**
 * Draws the covers of books. The same words give the same cover, on every machine and in every
 * process, so that any replica can serve what any other has named.
 */
public final class Cover {
  /** Counts the designs: raise it with every change of the drawing, so that the URLs change too. */
  static final int DESIGN = 1;

  /** The left and the right edge of the text. */
  static final int MARGIN = 20;

  /** How wide a line of text may be. */
  static final int MEASURE = Ornament.WIDTH - 2 * MARGIN;

  private static final int[] TITLE_SIZES = {56, 48, 43, 38, 34, 30, 27, 24, 22};
  private static final int[] AUTHOR_SIZES = {18, 16};
  private static final int TITLE_LINES = 5;

  /** Where a line is about as long as it may be, the browser squeezes what our estimate missed. */
  private static final double NEAR_THE_LIMIT = 0.9;

  /** More than fits on a cover, however narrow the letters are. */
  private static final int MAX_CHARACTERS = 500;

  private Cover() {}

  /**
   * A cover as an SVG document, 240 units wide and 360 high, that refers to nothing outside of it.
   *
   * @param author may be empty
   * @param category the category's slug; each has a series of its own
   */
  public static String svg(String title, String author, String category) {
    var family = Family.of(category);
    var chance = new Random(seed(title, author));
    var colourways = family.colourways();
    var inks = colourways.get(chance.nextInt(colourways.size()));
    var drawing = new Drawing();
    drawing.add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\""
            + " font-family=\"Georgia,'Noto Serif','Noto Serif CJK SC',serif\">",
        Ornament.WIDTH, Ornament.HEIGHT);
    drawing.box(0, 0, Ornament.WIDTH, Ornament.HEIGHT, inks.ground());
    family.ornament().draw(drawing, inks, chance);
    write(drawing, inks, printable(title), printable(author));
    return drawing.add("</svg>").toString();
  }

  /**
   * Where the cover of a book is, such as {@code /covers/17-3fa9c2d1e0.svg}; another picture has
   * another address.
   */
  public static String path(int id, String title, String author, String category) {
    return "/covers/" + id + "-" + hash(title, author, category) + ".svg";
  }

  private static String hash(String title, String author, String category) {
    var digest = digest(DESIGN + "\0" + title + "\0" + author + "\0" + category);
    return HexFormat.of().formatHex(digest, 0, 5);
  }

  private static long seed(String title, String author) {
    return new BigInteger(digest(title + "\0" + author)).longValue();
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has it", e);
    }
  }

  /** Author, a short rule, title: hung from the top, as long as they need. */
  private static void write(Drawing drawing, Inks inks, String title, String author) {
    double y = 22;
    var byline = Lettering.fit(author, AUTHOR_SIZES, MEASURE, 42, 2);
    write(drawing, inks, byline, y, Lettering.isRightToLeft(author));
    y += byline.height() + (byline.lines().isEmpty() ? 6 : 12);
    boolean rightToLeft = Lettering.isRightToLeft(title);
    drawing.box(rightToLeft ? Ornament.WIDTH - MARGIN - 28 : MARGIN, y, 28, 3, inks.text());
    y += 12;
    write(drawing, inks, titleIn(title, Ornament.TOP - 10 - y), y, rightToLeft);
  }

  /** A subtitle is left out where the title would have to be cut for it. */
  private static Lettering titleIn(String title, double height) {
    var whole = Lettering.fit(title, TITLE_SIZES, MEASURE, height, TITLE_LINES);
    int colon = title.indexOf(':');
    boolean hard = whole.size() < 27;
    return hard && colon > 0
        ? Lettering.fit(title.substring(0, colon), TITLE_SIZES, MEASURE, height, TITLE_LINES)
        : whole;
  }

  private static void write(
      Drawing drawing, Inks inks, Lettering text, double top, boolean rightToLeft) {
    if (text.lines().isEmpty()) {
      return;
    }
    drawing.add(
        "<g font-size=\"%s\" fill=\"%s\"%s>",
        text.size(), inks.text(), rightToLeft ? " direction=\"rtl\"" : "");
    double baseline = top + text.size() * 0.9;
    for (var line : text.lines()) {
      double width = Lettering.width(line) * text.size();
      drawing.add(
          "<text x=\"%s\" y=\"%s\"%s>",
          rightToLeft ? Ornament.WIDTH - MARGIN : MARGIN,
          n(baseline),
          width > NEAR_THE_LIMIT * MEASURE
              ? " textLength=\"%s\" lengthAdjust=\"spacingAndGlyphs\"".formatted(n(width))
              : "");
      drawing.add("%s</text>", escaped(line));
      baseline += text.size() * Lettering.LEADING;
    }
    drawing.add("</g>");
  }

  /**
   * Returns what a cover shows of a text: at most {@link #MAX_CHARACTERS}, without characters that
   * XML forbids or that would change the direction of the rest; empty if none of it is visible.
   */
  private static String printable(String text) {
    var kept = new StringBuilder();
    text.codePoints()
        .limit(MAX_CHARACTERS)
        .map(character -> Character.isWhitespace(character) ? ' ' : character)
        .filter(
            character ->
                switch (Character.getType(character)) {
                  case Character.CONTROL, Character.SURROGATE, Character.UNASSIGNED -> false;
                  default -> character < 0x202a || character > 0x202e;
                })
        .forEach(kept::appendCodePoint);
    return Text.isVisible(kept.toString()) ? kept.toString().strip() : "";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
