package dev.bookmarket.marketplace.language;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** A language of the shop. */
public enum Language implements Coded {
  /** English, with amounts as in the United States; the default. */
  ENGLISH(Locale.US),
  /** Simplified Chinese. */
  CHINESE(Locale.SIMPLIFIED_CHINESE);

  /**
   * An item of an Accept-Language header: a language tag, of which only the first subtag counts, or
   * "*", and a weight. Possessive quantifiers make it take linear time. Some clients send zh_CN.
   */
  private static final Pattern ITEM =
      Pattern.compile(
          "\\s*+(?<range>\\*|\\p{Alpha}{1,8}+)(?:[-_]\\p{Alnum}{1,8}+)*+\\s*+"
              + "(?:;\\s*+[qQ]\\s*+=\\s*+(?<weight>[01](?:\\.\\d*+)?+)\\s*+)?+");

  private final Locale locale;

  Language(Locale locale) {
    this.locale = locale;
  }

  /** Returns the ISO 639 code, which is also the name of the message file. */
  @Override
  public String code() {
    return locale.getLanguage();
  }

  /** Returns the BCP 47 language tag for HTML and HTTP. */
  public String tag() {
    return this == CHINESE ? "zh-Hans" : code();
  }

  /** Returns the locale for numbers, amounts and dates. */
  public Locale locale() {
    return locale;
  }

  /** Returns the language with a code, if the shop has it. */
  public static Optional<Language> ofCode(String code) {
    return Coded.find(values(), code);
  }

  /**
   * Returns the language that the visitor prefers; English if the shop has none of them. Items that
   * are invalid are ignored. Takes linear time.
   *
   * @param acceptLanguage the values of the Accept-Language headers (RFC 9110)
   */
  public static Language accepted(List<String> acceptLanguage) {
    var weights = new LinkedHashMap<String, Double>();
    for (var item : String.join(",", acceptLanguage).split(",", -1)) {
      var parts = ITEM.matcher(item);
      if (parts.matches()) {
        double weight = Double.parseDouble(Objects.requireNonNullElse(parts.group("weight"), "1"));
        if (weight <= 1) {
          weights.merge(parts.group("range").toLowerCase(Locale.ROOT), weight, Math::max);
        }
      }
    }
    double other = weights.getOrDefault("*", 0.0); // for languages that are not listed
    for (var language : values()) {
      weights.putIfAbsent(language.code(), other);
    }
    return weights.entrySet().stream()
        .filter(entry -> entry.getValue() > 0 && ofCode(entry.getKey()).isPresent())
        .max(Map.Entry.comparingByValue()) // the first one of equal weights
        .flatMap(entry -> ofCode(entry.getKey()))
        .orElse(ENGLISH);
  }
}
