package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.Language;
import io.javalin.http.Context;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The language and the colour scheme of a visitor, and whether each page shows how it was made.
 * Cookies store what the visitor chose; without them, the browser's settings apply, and pages do
 * not show how they were made.
 */
public record Preferences(Language language, ColorScheme scheme, boolean showsTrace) {
  private static final String LANGUAGE = "language";
  private static final String SCHEME = "scheme";
  private static final String TRACE = "trace";
  private static final String ON = "on";

  /** The preferences without a cookie and without a browser setting. */
  public static final Preferences DEFAULT =
      new Preferences(Language.ENGLISH, ColorScheme.AUTO, false);

  /** Returns the preferences of the visitor. */
  public static Preferences of(Context ctx) {
    return of(
        Collections.list(ctx.req().getHeaders("Cookie")),
        Collections.list(ctx.req().getHeaders("Accept-Language")));
  }

  /** Returns the preferences of the visitor who sends these headers. */
  public static Preferences of(List<String> cookies, List<String> acceptLanguage) {
    return new Preferences(
        Cookies.read(cookies, LANGUAGE, Language::ofCode)
            .orElseGet(() -> Language.accepted(acceptLanguage)),
        Cookies.read(cookies, SCHEME, ColorScheme::ofCode).orElse(ColorScheme.AUTO),
        isTraceOn(cookies));
  }

  /** Returns whether these Cookie headers say that each page shows how it was made. */
  public static boolean isTraceOn(List<String> cookies) {
    return Cookies.read(cookies, TRACE, Preferences::traceChoice).orElse(false);
  }

  /** Returns all languages. */
  public List<Language> languages() {
    return List.of(Language.values());
  }

  /** Returns all colour schemes. */
  public List<ColorScheme> schemes() {
    return List.of(ColorScheme.values());
  }

  static void store(Context ctx, Language language) {
    Cookies.write(ctx, LANGUAGE, language.code(), Cookies.MAX_AGE);
  }

  static void store(Context ctx, ColorScheme scheme) {
    if (scheme == ColorScheme.AUTO) {
      Cookies.delete(ctx, SCHEME);
    } else {
      Cookies.write(ctx, SCHEME, scheme.code(), Cookies.MAX_AGE);
    }
  }

  /** Returns true for "on", false for "off", and empty for any other text. */
  static Optional<Boolean> traceChoice(String text) {
    return text.equals(ON) || text.equals("off") ? Optional.of(text.equals(ON)) : Optional.empty();
  }

  /** Stores whether each page shows how it was made; if not, deletes the trace of a form. */
  static void storeTraceChoice(Context ctx, boolean isOn) {
    if (isOn) {
      Cookies.write(ctx, TRACE, ON, Cookies.MAX_AGE);
    } else {
      Cookies.delete(ctx, TRACE);
      PageTrace.discard(ctx);
    }
  }
}
