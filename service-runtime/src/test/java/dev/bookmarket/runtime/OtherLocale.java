package dev.bookmarket.runtime;

import java.util.Locale;

/** Another default locale of this JVM, until it is closed. Not for tests that run in parallel. */
public final class OtherLocale implements AutoCloseable {
  private final Locale before = Locale.getDefault();

  private OtherLocale(String languageTag) {
    Locale.setDefault(Locale.forLanguageTag(languageTag));
  }

  /** Sets the default locale to one with other digits, another calendar or other upper case. */
  public static OtherLocale of(String languageTag) {
    return new OtherLocale(languageTag);
  }

  @Override
  public void close() {
    Locale.setDefault(before);
  }
}
