package dev.bookmarket.marketplace.cover;

import java.util.Locale;

/**
 * SVG that is being written: shapes one after the other, in attributes that need no style sheet.
 */
final class Drawing {
  private final StringBuilder svg = new StringBuilder(2_048);

  /** Adds SVG as it is, except {@code %s}. */
  Drawing add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
    return this;
  }

  Drawing disc(double x, double y, double radius, String fill) {
    return add("<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\"/>", n(x), n(y), n(radius), fill);
  }

  Drawing ring(double x, double y, double radius, double thickness, String stroke) {
    return add(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"/>",
        n(x), n(y), n(radius), stroke, n(thickness));
  }

  Drawing box(double x, double y, double width, double height, String fill) {
    return add(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>",
        n(x), n(y), n(width), n(height), fill);
  }

  /** A filled path. */
  Drawing shape(String path, String fill) {
    return add("<path d=\"%s\" fill=\"%s\"/>", path, fill);
  }

  /** A stroked path. */
  Drawing line(String path, double thickness, String stroke) {
    return add(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"/>",
        path, stroke, n(thickness));
  }

  /** A number as short as SVG takes it, with one decimal at most. */
  static String n(double number) {
    long tenths = Math.round(number * 10);
    return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
  }

  @Override
  public String toString() {
    return svg.toString();
  }
}
