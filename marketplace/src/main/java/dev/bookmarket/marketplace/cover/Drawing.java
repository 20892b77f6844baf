package dev.bookmarket.marketplace.cover;

import java.util.Locale;
import java.util.stream.Stream;

/** Builds SVG markup from shapes in drawing order. Not safe for concurrent use. */
final class Drawing {
  private final StringBuilder svg = new StringBuilder(2_048);

  /** Appends markup; see {@link #format}. */
  Drawing add(String format, Object... values) {
    svg.append(format(format, values));
    return this;
  }

  Drawing circle(double x, double y, double radius, String fill) {
    return add("<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\"/>", x, y, radius, fill);
  }

  Drawing ring(double x, double y, double radius, double thickness, String stroke) {
    return add(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"/>",
        x, y, radius, stroke, thickness);
  }

  Drawing box(double x, double y, double width, double height, String fill) {
    return add(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>",
        x, y, width, height, fill);
  }

  /** Adds a filled path; the values are inserted into the path as in {@link #format}. */
  Drawing fill(String colour, String path, Object... values) {
    return add("<path d=\"%s\" fill=\"%s\"/>", format(path, values), colour);
  }

  /** Adds a stroked path; the values are inserted into the path as in {@link #format}. */
  Drawing line(String colour, double thickness, String path, Object... values) {
    return add(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"/>",
        format(path, values), colour, thickness);
  }

  /** Starts a group that is rotated clockwise around a point, by an angle in degrees. */
  Drawing startRotated(int degrees, double x, double y) {
    return add("<g transform=\"rotate(%s %s %s)\">", degrees, x, y);
  }

  Drawing endGroup() {
    return add("</g>");
  }

  /**
   * Replaces each {@code %s} by a value. Values of type double are rounded to one decimal and
   * written as short as possible.
   */
  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, Stream.of(values).map(Drawing::rounded).toArray());
  }

  private static Object rounded(Object value) {
    if (!(value instanceof Double number)) {
      return value;
    }
    long tenths = Math.round(number * 10);
    return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
  }

  @Override
  public String toString() {
    return svg.toString();
  }
}
