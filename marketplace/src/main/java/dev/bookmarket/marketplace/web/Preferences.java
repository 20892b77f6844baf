package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.Language;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * How a visitor wants to see the shop: in which language and in which colours. What was chosen by
 * hand stays, in two cookies; for the rest the browser says what its visitor likes.
 */
public record Preferences(Language language, Scheme scheme) {
  private static final String LANGUAGE = "language";
  private static final String SCHEME = "scheme";

  /** As long as browsers keep a cookie at most. */
  private static final Duration AGE = Duration.ofDays(400);

  /** Those of somebody of whom nothing is known. */
  static final Preferences NONE = new Preferences(Language.ENGLISH, Scheme.AUTO);

  /** The visitor's. */
  public static Preferences of(Context ctx) {
    return new Preferences(
        Cookies.read(ctx, LANGUAGE, Language::ofCode)
            .orElseGet(
                () ->
                    Language.accepted(
                        String.join(
                            ",", Collections.list(ctx.req().getHeaders("Accept-Language"))))),
        Cookies.read(ctx, SCHEME, Scheme::ofCode).orElse(Scheme.AUTO));
  }

  /** All languages that can be chosen. */
  public List<Language> languages() {
    return List.of(Language.values());
  }

  /** All schemes that can be chosen. */
  public List<Scheme> schemes() {
    return List.of(Scheme.values());
  }

  static void keep(Context ctx, Language language) {
    Cookies.write(ctx, LANGUAGE, language.code(), AGE);
  }

  static void keep(Context ctx, Scheme scheme) {
    if (scheme == Scheme.AUTO) {
      Cookies.delete(ctx, SCHEME);
    } else {
      Cookies.write(ctx, SCHEME, scheme.code(), AGE);
    }
  }
}
