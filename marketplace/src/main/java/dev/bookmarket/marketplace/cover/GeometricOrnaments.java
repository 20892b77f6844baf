package dev.bookmarket.marketplace.cover;

import static dev.bookmarket.marketplace.cover.Cover.HEIGHT;
import static dev.bookmarket.marketplace.cover.Cover.WIDTH;
import static dev.bookmarket.marketplace.cover.Drawing.format;

import java.util.Random;

/** Draws the ornaments that consist of geometric shapes. */
final class GeometricOrnaments {
  private GeometricOrnaments() {}

  /** Draws quarter circles that join to curves. */
  static void arcs(Drawing drawing, Palette palette, Random random) {
    var upper = new StringBuilder();
    var lower = new StringBuilder();
    for (int y = 216; y < HEIGHT; y += 48) {
      for (int x = 0; x < WIDTH; x += 48) {
        if (random.nextBoolean()) {
          upper.append(format("M%s %sa24 24 0 0 0 24-24", x, y + 24));
          lower.append(format("M%s %sa24 24 0 0 0-24 24", x + 48, y + 24));
        } else {
          upper.append(format("M%s %sa24 24 0 0 0 24 24", x + 24, y));
          lower.append(format("M%s %sa24 24 0 0 0-24-24", x + 24, y + 48));
        }
      }
    }
    drawing.line(palette.primary(), 10, upper.toString());
    drawing.line(palette.accent(), 10, lower.toString());
  }

  /** Draws horizontal bands behind a circle. */
  static void bands(Drawing drawing, Palette palette, Random random) {
    int bands = 4 + random.nextInt(4);
    double step = 144.0 / bands;
    for (int i = 0; i < bands; i++) {
      drawing.box(0, 216 + i * step, WIDTH, step * (0.25 + 0.12 * i), palette.secondary());
    }
    drawing.circle(70 + 50 * random.nextInt(3), 284, 36 + random.nextInt(16), palette.primary());
  }

  /** Draws a square, a triangle and a circle, side by side in random order. */
  static void basicShapes(Drawing drawing, Palette palette, Random random) {
    var orders = new int[][] {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    int[] order = orders[random.nextInt(orders.length)];
    double gap = 44 + random.nextInt(14);
    double circle = 120 + (order[0] - 1) * gap;
    double triangle = 120 + (order[1] - 1) * gap;
    double square = 120 + (order[2] - 1) * gap;
    drawing.box(square - 46, 240, 92, 92, palette.secondary());
    drawing.fill(palette.accent(), "M%s 332h106l-53-92z", triangle - 53);
    drawing.circle(circle, 286, 46, palette.primary());
  }

  /** Draws rows of building blocks in different shapes. */
  static void blocks(Drawing drawing, Palette palette, Random random) {
    var colours = new String[] {palette.primary(), palette.secondary(), palette.accent()};
    int colour = random.nextInt(3);
    for (int y = 216; y < HEIGHT; y += 48) {
      for (int x = 0; x < WIDTH; x += 48) {
        colour = (colour + 1 + random.nextInt(2)) % 3;
        var fill = colours[colour];
        switch (random.nextInt(7)) {
          case 0 -> drawing.fill(fill, "M%s %sh48a48 48 0 0 1-48 48z", x, y);
          case 1 -> drawing.fill(fill, "M%s %sv48a48 48 0 0 1-48-48z", x + 48, y);
          case 2 -> drawing.fill(fill, "M%s %sv-48a48 48 0 0 1 48 48z", x, y + 48);
          case 3 -> drawing.circle(x + 24, y + 24, 24, fill);
          case 4 -> drawing.fill(fill, "M%s %sh48l-24-48z", x, y + 48);
          case 5 -> drawing.fill(fill, "M%s %sh48a24 24 0 0 1-48 0z", x, y + 12);
          default -> drawing.box(x, y, 48, 48, fill);
        }
      }
    }
  }

  /** Draws a double helix. */
  static void helix(Drawing drawing, Palette palette, Random random) {
    int length = 50 + 10 * random.nextInt(4);
    int height = 34 + 6 * random.nextInt(3);
    int start = -50 - random.nextInt(length);
    drawing.startRotated(-14 + 7 * random.nextInt(5), 120, 284);
    var rungs = new StringBuilder();
    for (int x = start; x < 300; x += 12) {
      double phase = Math.floorMod(x - start, length) / (double) length;
      double reach = height * 4 * phase * (1 - phase);
      if (reach > 4) {
        rungs.append(format("M%s %sv%s", x, 284 - reach, reach * 2));
      }
    }
    drawing.line(palette.secondary(), 3, rungs.toString());
    drawing.line(palette.primary(), 7, wave(start, 284, length, -2 * height, 360));
    drawing.line(palette.accent(), 7, wave(start, 284, length, 2 * height, 360));
    drawing.endGroup();
  }

  /** Draws a pattern of lozenges and dots. */
  static void lozenges(Drawing drawing, Palette palette, Random random) {
    int size = 36 + 4 * random.nextInt(6);
    double x = size / 2.0;
    double y = size * 0.75;
    drawing.add(
        "<pattern id=\"p\" x=\"%s\" y=\"216\" width=\"%s\" height=\"%s\""
            + " patternUnits=\"userSpaceOnUse\">",
        120 - x, size, size * 3 / 2);
    drawing.fill(
        palette.primary(), "M%1$s 2L%3$s %2$sL%1$s %4$sL2 %2$sz", x, y, size - 2, 2 * y - 2);
    drawing.circle(x, y, size / 8.0, palette.accent());
    drawing.add("</pattern>").box(0, 216, WIDTH, 144, "url(#p)");
  }

  /** Draws two circles and the area that both cover. */
  static void overlappingCircles(Drawing drawing, Palette palette, Random random) {
    double radius = 58 + random.nextInt(12);
    double offset = 22 + random.nextInt(20);
    double half = Math.sqrt(radius * radius - offset * offset);
    drawing.startRotated(-30 + 10 * random.nextInt(7), 120, 290);
    drawing.circle(120 - offset, 290, radius, palette.primary());
    drawing.circle(120 + offset, 290, radius, palette.secondary());
    var lens = "M120 %1$sA%2$s %2$s 0 0 1 120 %3$sA%2$s %2$s 0 0 1 120 %1$sz";
    drawing.fill(palette.accent(), lens, 290 - half, radius, 290 + half);
    drawing.endGroup();
  }

  /** Draws rows of waves in front of a circle. */
  static void waves(Drawing drawing, Palette palette, Random random) {
    drawing.circle(60 + 30 * random.nextInt(5), 248, 20 + random.nextInt(14), palette.accent());
    int length = 40 + 10 * random.nextInt(4);
    for (int i = 0; i < 5; i++) {
      int start = -length * 2 + random.nextInt(length * 2);
      int height = -(14 + random.nextInt(6));
      drawing.fill(
          palette.alternate(i), wave(start, 262 + i * 22, length, height, 500) + "V360H-99z");
    }
  }

  /** Returns the path of a wave that starts with an arc of this height and alternates. */
  private static String wave(int x, int y, int length, int height, int totalLength) {
    var rest = format("t%s 0", length).repeat(totalLength / length);
    return format("M%s %sq%s %s %s 0%s", x, y, length / 2.0, height, length, rest);
  }
}
