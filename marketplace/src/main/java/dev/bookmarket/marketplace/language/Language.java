package dev.bookmarket.marketplace.language;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** A language that the shop speaks. */
public enum Language {
  /** English, with amounts as in the United States: the language of who asks for none of these. */
  ENGLISH("en", Locale.US),
  /** Chinese in simplified characters. */
  CHINESE("zh", Locale.SIMPLIFIED_CHINESE);

  /**
   * An item of an Accept-Language header: a tag of which only the first part counts, or "*", and a
   * weight. Possessive, so that it takes linear time. Some clients write zh_CN.
   */
  private static final Pattern ITEM =
      Pattern.compile(
          "\\s*+(?<range>\\*|\\p{Alpha}{1,8}+)(?:[-_]\\p{Alnum}{1,8}+)*+\\s*+"
              + "(?:;\\s*+[qQ]\\s*+=\\s*+(?<weight>[01](?:\\.\\d*+)?+)\\s*+)?+");

  private final String code;
  private final Locale locale;

  Language(String code, Locale locale) {
    this.code = code;
    this.locale = locale;
  }

  /** Its ISO 639 code, which also names its file of messages. */
  public String code() {
    return code;
  }

  /** What HTML and HTTP call it (BCP 47). */
  public String tag() {
    return this == CHINESE ? "zh-Hans" : code;
  }

  /** How it writes numbers, amounts and dates. */
  public Locale locale() {
    return locale;
  }

  /** The language of that code, if it is one of ours. */
  public static Optional<Language> ofCode(String code) {
    return Arrays.stream(values()).filter(language -> language.code.equals(code)).findFirst();
  }

  /**
   * Returns the language that the visitor prefers; English if none of ours is accepted. Items that
   * are invalid are ignored. Takes linear time.
   *
   * @param acceptLanguage the value of an Accept-Language header (RFC 9110); the values of several
   *     such headers are joined by commas
   */
  public static Language accepted(String acceptLanguage) {
    var weights = new LinkedHashMap<Language, Double>();
    double any = 0; // "*" stands for every language that is not listed
    for (var item : acceptLanguage.split(",", -1)) {
      var parts = ITEM.matcher(item);
      if (parts.matches()) {
        double weight = Double.parseDouble(Objects.requireNonNullElse(parts.group("weight"), "1"));
        var range = parts.group("range").toLowerCase(Locale.ROOT);
        if (weight <= 1 && range.equals("*")) {
          any = Math.max(any, weight);
        } else if (weight <= 1) {
          ofCode(range).ifPresent(language -> weights.merge(language, weight, Math::max));
        }
      }
    }
    for (var language : values()) {
      weights.putIfAbsent(language, any);
    }
    return weights.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(ENGLISH);
  }
}
