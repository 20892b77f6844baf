package dev.bookmarket.marketplace.language;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A language that the shop speaks. */
public enum Language {
  /** English, with amounts as in the United States: the language of who asks for none of these. */
  ENGLISH("en", Locale.US),
  /** Chinese in simplified characters. */
  CHINESE("zh", Locale.SIMPLIFIED_CHINESE);

  /** More than any browser sends; the time that reading it takes grows with its square. */
  private static final int LONGEST_ACCEPT_LANGUAGE = 200;

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
   * The language that suits best.
   *
   * @param acceptLanguage a list of weighted languages as in HTTP's {@code Accept-Language} (RFC
   *     9110); one that cannot be read is as good as none
   */
  public static Language accepted(String acceptLanguage) {
    if (acceptLanguage.length() > LONGEST_ACCEPT_LANGUAGE) {
      return ENGLISH;
    }
    try {
      return Locale.LanguageRange.parse(acceptLanguage).stream()
          .filter(range -> range.getWeight() > 0)
          .flatMap(range -> ofCode(range.getRange().split("-", 2)[0]).stream())
          .findFirst()
          .orElse(ENGLISH);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return ENGLISH; // the latter is what the JDK makes of "-"
    }
  }
}
