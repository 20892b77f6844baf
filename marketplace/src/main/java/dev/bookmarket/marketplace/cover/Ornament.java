package dev.bookmarket.marketplace.cover;

import java.util.Random;

/**
 * A drawing in the lower part of a cover, with random variations for each book. An ornament may
 * extend beyond the left, right and lower edges.
 */
enum Ornament {
  ARCS(GeometricOrnaments::arcs),
  BANDS(GeometricOrnaments::bands),
  BASIC_SHAPES(GeometricOrnaments::basicShapes),
  BLOCKS(GeometricOrnaments::blocks),
  COLUMNS(PictorialOrnaments::columns),
  EYE(PictorialOrnaments::eye),
  HELIX(GeometricOrnaments::helix),
  KEYHOLE(PictorialOrnaments::keyhole),
  LEAVES(PictorialOrnaments::leaves),
  LOZENGES(GeometricOrnaments::lozenges),
  MOUNTAINS(PictorialOrnaments::mountains),
  ORBITS(PictorialOrnaments::orbits),
  OVERLAPPING_CIRCLES(GeometricOrnaments::overlappingCircles),
  SHIELD(PictorialOrnaments::shield),
  SPRIG(PictorialOrnaments::sprig),
  SUNRISE(PictorialOrnaments::sunrise),
  WAVES(GeometricOrnaments::waves);

  /** The vertical position below which ornaments are drawn; the text is above it. */
  static final int TOP = 204;

  private final Renderer renderer;

  Ornament(Renderer renderer) {
    this.renderer = renderer;
  }

  /** Draws the ornament; random numbers with the same seed produce the same drawing. */
  void draw(Drawing drawing, Palette palette, Random random) {
    renderer.draw(drawing, palette, random);
  }

  private interface Renderer {
    void draw(Drawing drawing, Palette palette, Random random);
  }
}
