package dev.bookmarket.marketplace.cover;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the covers of a category have in common: an ornament and several palettes. */
record CoverStyle(Ornament ornament, List<Palette> palettes) {
  private static final ResourceBundle STYLES =
      ResourceBundle.getBundle("dev.bookmarket.marketplace.cover.cover-styles", Locale.ROOT);

  private static final Map<String, CoverStyle> BY_CATEGORY =
      STYLES.keySet().stream()
          .filter(category -> !category.equals("*"))
          .collect(Collectors.toMap(Function.identity(), CoverStyle::read));

  private static final List<Ornament> OTHER_ORNAMENTS =
      List.of(Ornament.ARCS, Ornament.BANDS, Ornament.LOZENGES);

  private static final List<Palette> OTHER_PALETTES = palettes(STYLES.getString("*"));

  /** Returns the style of a category; an unknown category gets one that depends on its slug. */
  static CoverStyle of(String category) {
    var style = BY_CATEGORY.get(category);
    return style != null ? style : derived(category);
  }

  private static CoverStyle read(String category) {
    var parts = STYLES.getString(category).split(":", 2);
    return new CoverStyle(Ornament.valueOf(parts[0]), palettes(parts[1]));
  }

  private static CoverStyle derived(String category) {
    int palettes = OTHER_PALETTES.size();
    int hash = Math.floorMod(category.hashCode(), palettes * OTHER_ORNAMENTS.size());
    return new CoverStyle(
        OTHER_ORNAMENTS.get(hash / palettes),
        IntStream.of(0, 2, 3)
            .mapToObj(step -> OTHER_PALETTES.get((hash + step) % palettes))
            .toList());
  }

  private static List<Palette> palettes(String palettes) {
    return Stream.of(palettes.split(",", -1)).map(String::strip).map(Palette::parse).toList();
  }
}
