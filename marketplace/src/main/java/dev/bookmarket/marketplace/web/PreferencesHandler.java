package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.Language;
import dev.bookmarket.marketplace.language.LocalizedRejectionException;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;

/** Remembers the language or the colours that a visitor chose; leads back to where they were. */
public final class PreferencesHandler implements Handler {
  /** No page has a longer path; Javalin's redirect takes quadratic time for its length. */
  private static final int MAX_PATH = 200;

  @Override
  public void handle(Context ctx) {
    var form = Form.of(ctx);
    var language = Language.ofCode(form.text("language"));
    var scheme = Scheme.ofCode(form.text("scheme"));
    if (language.isEmpty() && scheme.isEmpty()) {
      throw LocalizedRejectionException.invalid("error.invalid.preference");
    }
    language.ifPresent(chosen -> Preferences.keep(ctx, chosen));
    scheme.ifPresent(chosen -> Preferences.keep(ctx, chosen));
    ctx.redirect(
        whereFrom(Objects.requireNonNullElse(ctx.header("Referer"), "")), HttpStatus.SEE_OTHER);
  }

  /** The path and query in the address of a page of ours, which is all that can send this form. */
  private static String whereFrom(String referer) {
    try {
      var page = new URI(referer);
      var path = Objects.requireNonNullElse(page.getRawPath(), "");
      // Two slashes would begin the name of a host.
      if (path.startsWith("/") && !path.startsWith("//") && path.length() <= MAX_PATH) {
        return page.getRawQuery() == null ? path : path + "?" + page.getRawQuery();
      }
    } catch (URISyntaxException e) {
      // a browser that keeps this to itself, or nonsense
    }
    return "/";
  }
}
