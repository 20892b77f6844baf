package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.Language;
import dev.bookmarket.marketplace.language.LocalizedRejectionException;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;

/** Stores the language or the color scheme that a visitor chose, and redirects back. */
public final class PreferencesHandler implements Handler {
  /** No page has a longer path. Javalin's redirect takes quadratic time. */
  private static final int MAX_PATH = 200;

  @Override
  public void handle(Context ctx) {
    var form = Form.of(ctx);
    var language = Language.ofCode(form.text("language"));
    var scheme = ColorScheme.ofCode(form.text("scheme"));
    if (language.isEmpty() && scheme.isEmpty()) {
      throw LocalizedRejectionException.invalid("error.invalid.preference");
    }
    language.ifPresent(chosen -> Preferences.store(ctx, chosen));
    scheme.ifPresent(chosen -> Preferences.store(ctx, chosen));
    ctx.redirect(
        pathIn(Objects.requireNonNullElse(ctx.header("Referer"), "")), HttpStatus.SEE_OTHER);
  }

  /** Returns path and query of the URL. Only our pages contain the form, so it is one of ours. */
  private static String pathIn(String referer) {
    try {
      var page = new URI(referer);
      var path = Objects.requireNonNullElse(page.getRawPath(), "");
      // "//" would start a host name.
      if (path.startsWith("/") && !path.startsWith("//") && path.length() <= MAX_PATH) {
        return page.getRawQuery() == null ? path : path + "?" + page.getRawQuery();
      }
    } catch (URISyntaxException e) {
      // no or an invalid Referer header: go to the home page
    }
    return "/";
  }
}
