package dev.bookmarket.marketplace.cover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the covers of a category have in common: an ornament and several palettes. */
record CoverStyle(Ornament ornament, List<Palette> palettes) {
  private static final Properties STYLES = load();

  private static final Map<String, CoverStyle> BY_CATEGORY =
      STYLES.stringPropertyNames().stream()
          .filter(category -> !category.equals("*"))
          .collect(Collectors.toMap(Function.identity(), category -> parse(value(category))));

  private static final List<Ornament> OTHER_ORNAMENTS =
      List.of(Ornament.ARCS, Ornament.BANDS, Ornament.LOZENGES);

  private static final List<Palette> OTHER_PALETTES = palettes(value("*"));

  /** Returns the style of a category; an unknown category gets one that depends on its slug. */
  static CoverStyle of(String category) {
    var style = BY_CATEGORY.get(category);
    return style != null ? style : derived(category);
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

  private static CoverStyle parse(String style) {
    var parts = style.split(":", 2);
    return new CoverStyle(Ornament.valueOf(parts[0]), palettes(parts[1]));
  }

  private static List<Palette> palettes(String palettes) {
    return Stream.of(palettes.split(",", -1)).map(String::strip).map(Palette::parse).toList();
  }

  private static String value(String key) {
    return Objects.requireNonNull(STYLES.getProperty(key), key);
  }

  private static Properties load() {
    var properties = new Properties();
    try (var file = CoverStyle.class.getResourceAsStream("cover-styles.properties")) {
      properties.load(Objects.requireNonNull(file));
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read cover-styles.properties", e);
    }
  }
}
