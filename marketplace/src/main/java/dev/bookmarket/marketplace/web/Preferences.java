package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.Language;
import io.javalin.http.Context;
import java.util.Collections;
import java.util.List;

/**
 * The language and the colour scheme of a visitor. Two cookies store what the visitor chose;
 * without them, the browser's settings apply.
 */
public record Preferences(Language language, ColorScheme scheme) {
  private static final String LANGUAGE = "language";
  private static final String SCHEME = "scheme";

  /** The preferences without a cookie and without a browser setting. */
  public static final Preferences DEFAULT = new Preferences(Language.ENGLISH, ColorScheme.AUTO);

  /** Returns the preferences of the visitor. */
  public static Preferences of(Context ctx) {
    return new Preferences(
        Cookies.read(ctx, LANGUAGE, Language::ofCode)
            .orElseGet(
                () -> Language.accepted(Collections.list(ctx.req().getHeaders("Accept-Language")))),
        Cookies.read(ctx, SCHEME, ColorScheme::ofCode).orElse(ColorScheme.AUTO));
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
}
