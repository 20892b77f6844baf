package dev.bookmarket.marketplace.cover;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import dev.bookmarket.runtime.Text;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * The cover of a book. The same title, author and category produce the same drawing on every
 * machine, so that each replica can serve the cover URLs of any other replica.
 *
 * @param bookId the number of the book
 * @param author may be empty
 * @param category the category's slug; it determines the style
 */
public record Cover(int bookId, String title, String author, String category) {
  /** The version of the design. Increment it with every change of a cover, to change the URLs. */
  static final int DESIGN = 1;

  static final int WIDTH = 240;
  static final int HEIGHT = 360;

  /** The distance of the text from the left and right edges. */
  private static final int MARGIN = 20;

  /** The maximum width of a line of text. */
  static final int TEXT_WIDTH = WIDTH - 2 * MARGIN;

  private static final int[] TITLE_SIZES = {56, 48, 43, 38, 34, 30, 27, 24, 22};
  private static final int[] AUTHOR_SIZES = {18, 16};
  private static final int MAX_TITLE_LINES = 5;

  /** A longer line than this gets a fixed width, because the browser's font may be wider. */
  private static final double MAX_ESTIMATED_WIDTH = 0.9 * TEXT_WIDTH;

  /** More characters than fit on a cover, even if all letters are narrow. */
  private static final int MAX_CHARACTERS = 500;

  private static final Pattern SPACE = Pattern.compile("\\p{javaWhitespace}");
  private static final Pattern NOT_PRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cs}\\p{IsNoncharacter_Code_Point}\\x{202a}-\\x{202e}]");

  /** Returns a new SVG document, 240 units wide and 360 high, without external references. */
  String svg() {
    var style = CoverStyle.of(category);
    var random = new Random(seed(title, author));
    var palette = style.palettes().get(random.nextInt(style.palettes().size()));
    var drawing = new Drawing();
    drawing.add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\""
            + " font-family=\"Georgia,'Noto Serif','Noto Serif CJK SC',serif\">",
        WIDTH, HEIGHT);
    drawing.box(0, 0, WIDTH, HEIGHT, palette.background());
    style.ornament().draw(drawing, palette, random);
    drawText(drawing, palette, printable(title), printable(author));
    return drawing.add("</svg>").toString();
  }

  /**
   * Returns the URL path, such as {@code /covers/17-3fa9c2d1e0.svg}. Different covers have
   * different paths.
   */
  String path() {
    var hash = sha256(DESIGN + "\0" + title + "\0" + author + "\0" + category).toString();
    return "/covers/" + bookId + "-" + hash.substring(0, 10) + ".svg";
  }

  private static long seed(String title, String author) {
    return new BigInteger(sha256(title + "\0" + author).asBytes()).longValue();
  }

  private static HashCode sha256(String text) {
    return Hashing.sha256().hashString(text, StandardCharsets.UTF_8);
  }

  /** Draws the author, a short line and the title, from top to bottom. */
  private static void drawText(Drawing drawing, Palette palette, String title, String author) {
    double y = 22;
    var byline = TextLayout.fit(author, AUTHOR_SIZES, TEXT_WIDTH, 42, 2);
    drawLines(drawing, palette, byline, y, TextLayout.isRightToLeft(author));
    y += byline.height() + (byline.lines().isEmpty() ? 6 : 12);
    boolean rightToLeft = TextLayout.isRightToLeft(title);
    drawing.box(rightToLeft ? WIDTH - MARGIN - 28 : MARGIN, y, 28, 3, palette.text());
    y += 12;
    drawLines(drawing, palette, titleIn(title, Ornament.TOP - 10 - y), y, rightToLeft);
  }

  /** Returns the title, without its subtitle if the whole title fits only in a small font. */
  private static TextLayout titleIn(String title, double height) {
    var whole = TextLayout.fit(title, TITLE_SIZES, TEXT_WIDTH, height, MAX_TITLE_LINES);
    int colon = title.indexOf(':');
    return whole.size() < 27 && colon > 0 ? titleIn(title.substring(0, colon), height) : whole;
  }

  private static void drawLines(
      Drawing drawing, Palette palette, TextLayout text, double top, boolean rightToLeft) {
    if (text.lines().isEmpty()) {
      return;
    }
    drawing.add(
        "<g font-size=\"%s\" fill=\"%s\"%s>",
        text.size(), palette.text(), rightToLeft ? " direction=\"rtl\"" : "");
    double baseline = top + text.size() * 0.9;
    for (var line : text.lines()) {
      drawing.add("<text x=\"%s\" y=\"%s\"", rightToLeft ? WIDTH - MARGIN : MARGIN, baseline);
      double width = TextLayout.width(line) * text.size();
      if (width > MAX_ESTIMATED_WIDTH) {
        drawing.add(" textLength=\"%s\" lengthAdjust=\"spacingAndGlyphs\"", width);
      }
      drawing.add(">%s</text>", escaped(line));
      baseline += text.size() * TextLayout.LINE_HEIGHT;
    }
    drawing.endGroup();
  }

  /**
   * Returns the characters of a text that a cover can show: at most {@link #MAX_CHARACTERS}, and
   * none that XML forbids or that changes the text direction; empty if none is visible.
   */
  private static String printable(String text) {
    int length = Math.min(MAX_CHARACTERS, Text.length(text));
    var start = text.substring(0, text.offsetByCodePoints(0, length));
    var printable = NOT_PRINTABLE.matcher(SPACE.matcher(start).replaceAll(" ")).replaceAll("");
    return Text.isVisible(printable) ? printable.strip() : "";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
