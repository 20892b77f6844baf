package dev.bookmarket.marketplace.cover;

import static dev.bookmarket.marketplace.cover.Cover.HEIGHT;
import static dev.bookmarket.marketplace.cover.Cover.WIDTH;
import static dev.bookmarket.marketplace.cover.Drawing.format;
import static dev.bookmarket.marketplace.cover.Ornament.TOP;

import java.util.List;
import java.util.Random;

/** Draws the ornaments that show an object or a landscape. */
final class PictorialOrnaments {
  private static final String SHIELD = "M62 212h116v62q0 48-58 74q-58-26-58-74z";

  /** The divisions of a shield, as paths. */
  private static final List<String> SHIELD_DIVISIONS =
      List.of(
          "M62 212h58v64h58v72h-58v-72h-58z",
          "M62 318l58-52 58 52v-36l-58-52-58 52z",
          "M62 212h34l90 112v24h-18l-106-132z",
          "M104 212h32v44h42v32h-42v60h-32v-60h-42v-32h42z",
          "M62 232h116v22h-116zM62 276h116v22h-116zM62 320h116v22h-116z",
          "M62 212h116l-58 74z");

  private PictorialOrnaments() {}

  /** Draws the columns of a temple; one of them may be broken. */
  static void columns(Drawing drawing, Palette palette, Random random) {
    int count = 3 + random.nextInt(3);
    int broken = random.nextInt(count * 2);
    double step = 204.0 / count;
    double width = step * 0.56;
    for (int i = 0; i < count; i++) {
      double x = 18 + step * i + (step - width) / 2;
      double top = i == broken ? 266 + random.nextInt(30) : 236;
      drawing.box(x, top, width, 330 - top, palette.primary());
      for (int flute = 1; flute <= 3; flute++) {
        drawing.box(x + width * flute / 4 - 1, top, 2, 330 - top, palette.background());
      }
      if (i != broken) {
        drawing.box(x - 5, 228, width + 10, 8, palette.accent());
      }
    }
    if (broken >= count) {
      drawing.fill(palette.primary(), "M8 226h224l-112-16z");
    } else {
      drawing.box(18, 212, 204, 14, palette.primary());
    }
    drawing.box(8, 330, 224, 10, palette.accent());
    drawing.box(0, 342, WIDTH, 18, palette.primary());
  }

  /** Draws an eye with a vertical pupil, which looks to one side or ahead. */
  static void eye(Drawing drawing, Palette palette, Random random) {
    int x = 94 + 13 * random.nextInt(5);
    int lids = 1 + random.nextInt(3);
    for (int i = lids; i > 0; i--) {
      drawing.line(palette.secondary(), 3, "M8 %1$sQ120 %2$s 232 %1$s", 284 - i * 9, 168 - i * 14);
    }
    drawing.fill(palette.accent(), "M8 284Q120 172 232 284Q120 396 8 284z");
    drawing.circle(x, 284, 44, palette.primary());
    int width = 7 + random.nextInt(12);
    var pupil = "M%1$s 246Q%3$s 284 %1$s 322Q%2$s 284 %1$s 246z";
    drawing.fill(palette.darker(), pupil, x, x - width, x + width);
  }

  /** Draws a keyhole with rings around it. */
  static void keyhole(Drawing drawing, Palette palette, Random random) {
    int x = 78 + 42 * random.nextInt(3);
    int rings = 2 + random.nextInt(3);
    double step = 44.0 / rings;
    for (int i = rings; i > 0; i--) {
      drawing.ring(x, 298, 39 + i * step - step / 4, step / 2, palette.alternate(i));
    }
    drawing.circle(x, 298, 34, palette.primary());
    drawing.circle(x, 290, 10.5, palette.background());
    drawing.fill(palette.background(), "M%s 292l-8 28h18l-8-28z", x - 1);
  }

  /** Draws a pattern of rosettes, each of four leaves. */
  static void leaves(Drawing drawing, Palette palette, Random random) {
    int size = 36 + 4 * random.nextInt(6);
    double centre = size / 2.0;
    var leaves = new StringBuilder();
    for (int x : new int[] {2, size - 2}) {
      for (int y : new int[] {2, size - 2}) {
        leaves.append(format("M%1$s %1$sQ%1$s %3$s %2$s %3$sQ%2$s %1$s %1$s %1$s", centre, x, y));
      }
    }
    drawing.add(
        "<pattern id=\"p\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\""
            + " patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(%s)\">",
        120 - centre, TOP + 8, size, size, 45 * random.nextInt(2));
    drawing.fill(palette.primary(), leaves.toString());
    drawing.circle(centre, centre, 3, palette.accent());
    for (int x : new int[] {0, size}) {
      for (int y : new int[] {0, size}) {
        drawing.circle(x, y, size / 10.0, palette.secondary());
      }
    }
    drawing.add("</pattern>").box(0, TOP + 8, WIDTH, HEIGHT - TOP - 8, "url(#p)");
  }

  /** Draws two rows of mountains below a moon. */
  static void mountains(Drawing drawing, Palette palette, Random random) {
    int moon = random.nextBoolean() ? 58 : 182;
    drawing.circle(moon, 240, 18 + random.nextInt(9), palette.primary());
    for (int row = 0; row < 2; row++) {
      var path = new StringBuilder("M-10 360");
      double x = -10 - random.nextInt(30);
      while (x < 250) {
        double width = 52 + random.nextInt(46);
        int peak = 232 + 44 * row + random.nextInt(30);
        path.append(format("L%s %sL%s %s", x, 318 + 26 * row, x + width / 2, peak));
        x += width;
      }
      path.append(format("L%s 330V360z", x));
      drawing.fill(row == 0 ? palette.secondary() : palette.accent(), path.toString());
    }
    drawing.box(0, 344, WIDTH, 16, palette.primary());
  }

  /** Draws planets on elliptic orbits around a sun. */
  static void orbits(Drawing drawing, Palette palette, Random random) {
    int x = 84 + random.nextInt(73);
    drawing.startRotated(-30 + random.nextInt(61), x, 284);
    for (int i = 1; i <= 4; i++) {
      drawing.add(
          "<ellipse cx=\"%s\" cy=\"284\" rx=\"%s\" ry=\"%s\" fill=\"none\" stroke=\"%s\""
              + " stroke-width=\"2.5\"/>",
          x, 14 + 34 * i, 4 + 13 * i, palette.secondary());
    }
    drawing.circle(x, 284, 17, palette.primary());
    for (int i = 2; i <= 4; i++) {
      double angle = random.nextDouble() * 2 * Math.PI;
      drawing.circle(
          x + (14 + 34 * i) * Math.cos(angle),
          284 + (4 + 13 * i) * Math.sin(angle),
          5 + random.nextInt(7),
          i == 3 ? palette.primary() : palette.accent());
    }
    drawing.endGroup();
  }

  /** Draws a coat of arms: a divided shield with one or two discs. */
  static void shield(Drawing drawing, Palette palette, Random random) {
    drawing.add("<clipPath id=\"s\"><path d=\"%s\"/></clipPath><g clip-path=\"url(#s)\">", SHIELD);
    drawing.box(62, 212, 116, 136, palette.secondary());
    int division = random.nextInt(SHIELD_DIVISIONS.size());
    drawing.fill(palette.primary(), SHIELD_DIVISIONS.get(division));
    // Two discs in opposite corners, or one in the middle.
    var places = new int[][] {{91, 240}, {149, 304}, {149, 240}, {91, 304}, {120, 238}};
    int place = random.nextInt(places.length);
    drawing.circle(places[place][0], places[place][1], 11, palette.accent());
    if (place < 4) {
      drawing.circle(places[place ^ 1][0], places[place ^ 1][1], 11, palette.accent());
    }
    drawing.endGroup().line(palette.primary(), 4, SHIELD);
  }

  /** Draws a sprig with pairs of leaves. */
  static void sprig(Drawing drawing, Palette palette, Random random) {
    int pairs = 3 + random.nextInt(2);
    int lean = -36 + 12 * random.nextInt(7);
    double step = 108.0 / pairs;
    drawing.line(palette.secondary(), 4, "M120 360Q120 290 %s 218", 120 + lean);
    for (int i = 0; i < pairs; i++) {
      double y = 340 - i * step;
      double along = (360 - y) / 142;
      double x = 120 + lean * along * along;
      double reach = 62 - 26.0 * i / pairs;
      boolean primaryOnTheRight = random.nextBoolean();
      leaf(drawing, x, y, -reach, primaryOnTheRight ? palette.accent() : palette.primary());
      leaf(drawing, x, y, reach, primaryOnTheRight ? palette.primary() : palette.accent());
    }
    drawing.circle(120 + lean, 218, 8, palette.primary());
  }

  /** Draws a leaf to the right of a point, or to the left if the length is negative. */
  private static void leaf(Drawing drawing, double x, double y, double length, String colour) {
    double height = Math.abs(length);
    var out =
        format("M%s %sq%s %s %s %s", x, y, length * 0.2, -height * 0.66, length, -height * 0.62);
    var back = format("q%s %s %s %sz", -length * 0.16, height * 0.66, -length, height * 0.62);
    drawing.fill(colour, out + back);
  }

  /** Draws the rays of a sun above the horizon. */
  static void sunrise(Drawing drawing, Palette palette, Random random) {
    int rays = 11 + 2 * random.nextInt(5);
    int radius = 58 + 6 * random.nextInt(4);
    var path = new StringBuilder();
    for (int i = 0; i < rays; i++) {
      double start = Math.PI * (i + 0.22) / rays;
      double end = Math.PI * (i + 0.78) / rays;
      path.append("M").append(sunPoint(radius + 10, start));
      path.append("L").append(sunPoint(138, start));
      path.append("L").append(sunPoint(138, end));
      path.append("L").append(sunPoint(radius + 10, end)).append("z");
    }
    drawing.fill(palette.secondary(), path.toString());
    drawing.circle(120, 346, radius, palette.primary());
    drawing.box(0, 332, WIDTH, 28, palette.accent());
  }

  /** Returns the point at a distance from the centre of the sun. */
  private static String sunPoint(int distance, double angle) {
    return format("%s %s", 120 - distance * Math.cos(angle), 346 - distance * Math.sin(angle));
  }
}
