package dev.bookmarket.marketplace.cover;

import static dev.bookmarket.marketplace.cover.Drawing.n;

import java.util.Random;

/**
 * The ornaments: simple geometry in the lower part of a cover, each a little different for every
 * book. They may bleed off the edges at the sides and at the foot.
 */
@FunctionalInterface
interface Ornament {
  /** The width and the height of a cover. */
  int WIDTH = 240;

  int HEIGHT = 360;

  /** The height above which there is text. */
  int TOP = 204;

  /** Draws it; the same chance gives the same drawing. */
  void draw(Drawing drawing, Inks inks, Random chance);

  /** A keyhole, with its light around it. */
  static void keyhole(Drawing drawing, Inks inks, Random chance) {
    double x = 78 + 42 * chance.nextInt(3);
    double y = 298;
    int rings = 2 + chance.nextInt(3);
    double step = 44.0 / rings;
    for (int i = rings; i > 0; i--) {
      drawing.ring(
          x, y, 39 + i * step - step / 4, step / 2, i % 2 == 0 ? inks.second() : inks.first());
    }
    drawing.disc(x, y, 34, inks.first());
    drawing.disc(x, y - 8, 10.5, inks.ground());
    drawing.shape("M%s %sl-8 28h18l-8-28z".formatted(n(x - 1), n(y - 6)), inks.ground());
  }

  /** Planets on their ways round a sun. */
  static void orbits(Drawing drawing, Inks inks, Random chance) {
    double x = 84 + chance.nextInt(73);
    drawing.add("<g transform=\"rotate(%s %s 284)\">", -30 + chance.nextInt(61), n(x));
    for (int i = 1; i <= 4; i++) {
      drawing.add(
          "<ellipse cx=\"%s\" cy=\"284\" rx=\"%s\" ry=\"%s\" fill=\"none\" stroke=\"%s\""
              + " stroke-width=\"2.5\"/>",
          n(x), n(14 + 34 * i), n(4 + 13 * i), inks.second());
    }
    drawing.disc(x, 284, 17, inks.first());
    for (int i = 2; i <= 4; i++) {
      double angle = chance.nextDouble() * 2 * Math.PI;
      double radius = 5 + chance.nextInt(7);
      drawing.disc(
          x + (14 + 34 * i) * Math.cos(angle),
          284 + (4 + 13 * i) * Math.sin(angle),
          radius,
          i == 3 ? inks.first() : inks.third());
    }
    drawing.add("</g>");
  }

  /** A sun that rises, with its rays. */
  static void sunrise(Drawing drawing, Inks inks, Random chance) {
    int rays = 11 + 2 * chance.nextInt(5);
    int radius = 58 + 6 * chance.nextInt(4);
    double y = 346;
    var path = new StringBuilder();
    for (int i = 0; i < rays; i++) {
      double from = Math.PI * (i + 0.22) / rays;
      double to = Math.PI * (i + 0.78) / rays;
      path.append(
          "M%s %sL%s %sL%s %sL%s %sz"
              .formatted(
                  n(120 - (radius + 10) * Math.cos(from)),
                  n(y - (radius + 10) * Math.sin(from)),
                  n(120 - 138 * Math.cos(from)),
                  n(y - 138 * Math.sin(from)),
                  n(120 - 138 * Math.cos(to)),
                  n(y - 138 * Math.sin(to)),
                  n(120 - (radius + 10) * Math.cos(to)),
                  n(y - (radius + 10) * Math.sin(to))));
    }
    drawing.shape(path.toString(), inks.second());
    drawing.disc(120, y, radius, inks.first());
    drawing.box(0, y - 14, WIDTH, 28, inks.third());
  }

  /** Mountains under a moon. */
  static void mountains(Drawing drawing, Inks inks, Random chance) {
    double moon = chance.nextBoolean() ? 58 : 182;
    drawing.disc(moon, 240, 18 + chance.nextInt(9), inks.first());
    var layers = new String[] {inks.second(), inks.third(), inks.first()};
    for (int layer = 0; layer < 2; layer++) {
      var path = new StringBuilder("M-10 360");
      double x = -10 - chance.nextInt(30);
      while (x < 250) {
        double width = 52 + chance.nextInt(46);
        double peak = 232 + 44 * layer + chance.nextInt(30);
        path.append("L%s %s".formatted(n(x), n(318 + 26 * layer)));
        path.append("L%s %s".formatted(n(x + width / 2), n(peak)));
        x += width;
      }
      drawing.shape(path + "L%s 330V360z".formatted(n(x)), layers[layer]);
    }
    drawing.box(0, 344, WIDTH, 16, layers[2]);
  }

  /** Leaves in rosettes, as on printed endpapers. */
  static void leaves(Drawing drawing, Inks inks, Random chance) {
    int size = 36 + 4 * chance.nextInt(6);
    double half = size / 2.0;
    var leaf = "M%s %sQ%s %s %s %sQ%s %s %s %s";
    var path = new StringBuilder();
    for (int sx = -1; sx <= 1; sx += 2) {
      for (int sy = -1; sy <= 1; sy += 2) {
        double tipX = half + sx * (half - 2);
        double tipY = half + sy * (half - 2);
        path.append(
            leaf.formatted(
                n(half), n(half), n(half), n(tipY), n(tipX), n(tipY), n(tipX), n(half), n(half),
                n(half)));
      }
    }
    drawing.add(
        "<pattern id=\"p\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\""
            + " patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(%s)\">",
        n(120 - half), TOP + 8, size, size, 45 * chance.nextInt(2));
    drawing.shape(path.toString(), inks.first());
    drawing.disc(half, half, 3, inks.third());
    for (double x = 0; x <= size; x += size) {
      for (double y = 0; y <= size; y += size) {
        drawing.disc(x, y, size / 10.0, inks.second());
      }
    }
    drawing.add("</pattern>");
    drawing.box(0, TOP + 8, WIDTH, HEIGHT - TOP - 8, "url(#p)");
  }

  /** A coat of arms. */
  static void shield(Drawing drawing, Inks inks, Random chance) {
    drawing.add(
        "<clipPath id=\"s\"><path d=\"M62 212h116v62q0 48-58 74q-58-26-58-74z\"/></clipPath>"
            + "<g clip-path=\"url(#s)\">");
    drawing.box(62, 212, 116, 136, inks.second());
    switch (chance.nextInt(6)) {
      case 0 -> drawing.shape("M62 212h58v64h58v72h-58v-72h-58z", inks.first());
      case 1 -> drawing.shape("M62 318l58-52 58 52v-36l-58-52-58 52z", inks.first());
      case 2 -> drawing.shape("M62 212h34l90 112v24h-18l-106-132z", inks.first());
      case 3 -> drawing.shape("M104 212h32v44h42v32h-42v60h-32v-60h-42v-32h42z", inks.first());
      case 4 ->
          drawing.shape(
              "M62 232h116v22h-116zM62 276h116v22h-116zM62 320h116v22h-116z", inks.first());
      default -> drawing.shape("M62 212h116l-58 74z", inks.first());
    }
    var charges = new int[][] {{91, 240}, {149, 304}, {149, 240}, {91, 304}, {120, 238}};
    int begin = chance.nextInt(5);
    drawing.disc(charges[begin][0], charges[begin][1], 11, inks.third());
    if (begin < 4) {
      drawing.disc(charges[begin ^ 1][0], charges[begin ^ 1][1], 11, inks.third());
    }
    drawing.add("</g>");
    drawing.line("M62 212h116v62q0 48-58 74q-58-26-58-74z", 4, inks.first());
  }

  /** An eye that looks at something. */
  static void eye(Drawing drawing, Inks inks, Random chance) {
    int look = -26 + 13 * chance.nextInt(5);
    int lids = 1 + chance.nextInt(3);
    for (int i = lids; i > 0; i--) {
      drawing.line(
          "M8 %sQ120 %s 232 %s".formatted(284 - i * 9, 168 - i * 14, 284 - i * 9),
          3,
          inks.second());
    }
    drawing.shape("M8 284Q120 172 232 284Q120 396 8 284z", inks.third());
    drawing.disc(120 + look, 284, 44, inks.first());
    double slit = 7 + chance.nextInt(12);
    drawing.shape(
        "M%s 246Q%s 284 %s 322Q%s 284 %s 246z"
            .formatted(
                120 + look, n(120 + look + slit), 120 + look, n(120 + look - slit), 120 + look),
        inks.darkest());
  }

  /** Two discs that overlap. */
  static void two(Drawing drawing, Inks inks, Random chance) {
    double radius = 58 + chance.nextInt(12);
    double apart = 22 + chance.nextInt(20);
    double half = Math.sqrt(radius * radius - apart * apart);
    drawing.add("<g transform=\"rotate(%s 120 290)\">", -30 + 10 * chance.nextInt(7));
    drawing.disc(120 - apart, 290, radius, inks.first());
    drawing.disc(120 + apart, 290, radius, inks.second());
    drawing.shape(
        "M120 %sA%s %s 0 0 1 120 %sA%s %s 0 0 1 120 %sz"
            .formatted(
                n(290 - half),
                n(radius),
                n(radius),
                n(290 + half),
                n(radius),
                n(radius),
                n(290 - half)),
        inks.third());
    drawing.add("</g>");
  }

  /** Building blocks. */
  static void blocks(Drawing drawing, Inks inks, Random chance) {
    var colours = new String[] {inks.first(), inks.second(), inks.third()};
    int colour = chance.nextInt(3);
    for (int y = 216; y < HEIGHT; y += 48) {
      for (int x = 0; x < WIDTH; x += 48) {
        colour = (colour + 1 + chance.nextInt(2)) % 3;
        var fill = colours[colour];
        switch (chance.nextInt(7)) {
          case 0 -> drawing.shape("M%s %sh48a48 48 0 0 1-48 48z".formatted(x, y), fill);
          case 1 -> drawing.shape("M%s %sv48a48 48 0 0 1-48-48z".formatted(x + 48, y), fill);
          case 2 -> drawing.shape("M%s %sv-48a48 48 0 0 1 48 48z".formatted(x, y + 48), fill);
          case 3 -> drawing.disc(x + 24, y + 24, 24, fill);
          case 4 -> drawing.shape("M%s %sh48l-24-48z".formatted(x, y + 48), fill);
          case 5 -> drawing.shape("M%s %sh48a24 24 0 0 1-48 0z".formatted(x, y + 12), fill);
          default -> drawing.box(x, y, 48, 48, fill);
        }
      }
    }
  }

  /** Waves, one before the other. */
  static void waves(Drawing drawing, Inks inks, Random chance) {
    drawing.disc(60 + 30 * chance.nextInt(5), 248, 20 + chance.nextInt(14), inks.third());
    int length = 40 + 10 * chance.nextInt(4);
    var fills = new String[] {inks.second(), inks.first()};
    for (int i = 0; i < 5; i++) {
      drawing.shape(
          "M%s %sq%s %s %s 0%sV360H-99z"
              .formatted(
                  -length * 2 + chance.nextInt(length * 2),
                  262 + i * 22,
                  n(length / 2.0),
                  -(14 + chance.nextInt(6)),
                  length,
                  ("t" + length + " 0").repeat(500 / length)),
          fills[i % 2]);
    }
  }

  /** Columns of a temple, of which time may have taken a part. */
  static void columns(Drawing drawing, Inks inks, Random chance) {
    int count = 3 + chance.nextInt(3);
    int broken = chance.nextInt(count * 2);
    double step = 204.0 / count;
    double width = step * 0.56;
    for (int i = 0; i < count; i++) {
      double x = 18 + step * i + (step - width) / 2;
      double top = i == broken ? 266 + chance.nextInt(30) : 236;
      drawing.box(x, top, width, 330 - top, inks.first());
      for (int flute = 1; flute <= 3; flute++) {
        drawing.box(x + width * flute / 4 - 1, top, 2, 330 - top, inks.ground());
      }
      if (i != broken) {
        drawing.box(x - 5, 228, width + 10, 8, inks.third());
      }
    }
    if (broken >= count) {
      drawing.shape("M8 226h224l-112-16z", inks.first());
    } else {
      drawing.box(18, 212, 204, 14, inks.first());
    }
    drawing.box(8, 330, 224, 10, inks.third());
    drawing.box(0, 342, WIDTH, 18, inks.first());
  }

  /** A sprig that grows: a life in leaves. */
  static void sprig(Drawing drawing, Inks inks, Random chance) {
    int pairs = 3 + chance.nextInt(2);
    int lean = -36 + 12 * chance.nextInt(7);
    double step = 108.0 / pairs;
    drawing.line("M120 360Q120 290 %s 218".formatted(120 + lean), 4, inks.second());
    for (int i = 0; i < pairs; i++) {
      double y = 340 - i * step;
      double along = (360 - y) / 142;
      double x = 120 + lean * along * along;
      double reach = 62 - 26.0 * i / pairs;
      int side = chance.nextInt(2);
      for (int sign = -1; sign <= 1; sign += 2) {
        drawing.shape(
            "M%s %sq%s %s %s %sq%s %s %s %sz"
                .formatted(
                    n(x),
                    n(y),
                    n(sign * reach * 0.2),
                    n(-reach * 0.66),
                    n(sign * reach),
                    n(-reach * 0.62),
                    n(-sign * reach * 0.16),
                    n(reach * 0.66),
                    n(-sign * reach),
                    n(reach * 0.62)),
            (sign > 0) == (side > 0) ? inks.first() : inks.third());
      }
    }
    drawing.disc(120 + lean, 218, 8, inks.first());
  }

  /** A double helix. */
  static void helix(Drawing drawing, Inks inks, Random chance) {
    int half = 50 + 10 * chance.nextInt(4);
    int height = 34 + 6 * chance.nextInt(3);
    int shift = chance.nextInt(half);
    drawing.add("<g transform=\"rotate(%s 120 284)\">", -14 + 7 * chance.nextInt(5));
    var rungs = new StringBuilder();
    for (int x = -50 - shift; x < 300; x += 12) {
      double part = Math.floorMod(x + 50 + shift, half) / (double) half;
      double reach = height * 4 * part * (1 - part);
      if (reach > 4) {
        rungs.append("M%s %sv%s".formatted(x, n(284 - reach), n(reach * 2)));
      }
    }
    drawing.line(rungs.toString(), 3, inks.second());
    var rest = ("t" + half + " 0").repeat(360 / half);
    var strand = "M%s 284q%s %s %s 0%s";
    drawing.line(
        strand.formatted(-50 - shift, n(half / 2.0), -2 * height, half, rest), 7, inks.first());
    drawing.line(
        strand.formatted(-50 - shift, n(half / 2.0), 2 * height, half, rest), 7, inks.third());
    drawing.add("</g>");
  }

  /** Circle, triangle and square. */
  static void forms(Drawing drawing, Inks inks, Random chance) {
    int order = chance.nextInt(6);
    double gap = 44 + chance.nextInt(14);
    var places = new int[][] {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    double circle = 120 + (places[order][0] - 1) * gap;
    double triangle = 120 + (places[order][1] - 1) * gap;
    double square = 120 + (places[order][2] - 1) * gap;
    drawing.box(square - 46, 240, 92, 92, inks.second());
    drawing.shape("M%s 332h106l-53-92z".formatted(n(triangle - 53)), inks.third());
    drawing.disc(circle, 286, 46, inks.first());
  }

  /** Quarter arcs that join. */
  static void arcs(Drawing drawing, Inks inks, Random chance) {
    var one = new StringBuilder();
    var other = new StringBuilder();
    for (int y = 216; y < HEIGHT; y += 48) {
      for (int x = 0; x < WIDTH; x += 48) {
        if (chance.nextBoolean()) {
          one.append("M%s %sa24 24 0 0 0 24-24".formatted(x, y + 24));
          other.append("M%s %sa24 24 0 0 0-24 24".formatted(x + 48, y + 24));
        } else {
          one.append("M%s %sa24 24 0 0 0 24 24".formatted(x + 24, y));
          other.append("M%s %sa24 24 0 0 0-24-24".formatted(x + 24, y + 48));
        }
      }
    }
    drawing.line(one.toString(), 10, inks.first());
    drawing.line(other.toString(), 10, inks.third());
  }

  /** Bands behind a disc. */
  static void bands(Drawing drawing, Inks inks, Random chance) {
    int bands = 4 + chance.nextInt(4);
    double step = 144.0 / bands;
    for (int i = 0; i < bands; i++) {
      drawing.box(0, 216 + i * step, WIDTH, step * (0.25 + 0.12 * i), inks.second());
    }
    drawing.disc(70 + 50 * chance.nextInt(3), 284, 36 + chance.nextInt(16), inks.first());
  }

  /** Lozenges. */
  static void lozenges(Drawing drawing, Inks inks, Random chance) {
    int size = 36 + 4 * chance.nextInt(6);
    drawing.add(
        "<pattern id=\"p\" x=\"%s\" y=\"216\" width=\"%s\" height=\"%s\""
            + " patternUnits=\"userSpaceOnUse\">",
        n(120 - size / 2.0), size, size * 3 / 2);
    drawing.shape(
        "M%s 2L%s %sL%s %sL2 %sz"
            .formatted(
                n(size / 2.0),
                n(size - 2.0),
                n(size * 0.75),
                n(size / 2.0),
                n(size * 1.5 - 2),
                n(size * 0.75)),
        inks.first());
    drawing.disc(size / 2.0, size * 0.75, size / 8.0, inks.third());
    drawing.add("</pattern>");
    drawing.box(0, 216, WIDTH, 144, "url(#p)");
  }
}
