package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.Language;
import dev.bookmarket.marketplace.language.LocalizedException;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;

/** Stores a preference of a visitor, and redirects back. */
public final class PreferencesHandler implements Handler {
  /** Longer than the path of any page. */
  private static final int MAX_PATH = 200;

  @Override
  public void handle(Context ctx) {
    var form = Form.of(ctx);
    var language = Language.ofCode(form.text("language"));
    var scheme = ColorScheme.ofCode(form.text("scheme"));
    var showsTrace = Preferences.traceChoice(form.text("trace"));
    if (language.isEmpty() && scheme.isEmpty() && showsTrace.isEmpty()) {
      throw LocalizedException.invalid("error.invalid.preference");
    }
    language.ifPresent(chosen -> Preferences.store(ctx, chosen));
    scheme.ifPresent(chosen -> Preferences.store(ctx, chosen));
    showsTrace.ifPresent(chosen -> Preferences.storeTraceChoice(ctx, chosen));
    ctx.redirect(
        pathIn(Objects.requireNonNullElse(ctx.header("Referer"), "")), HttpStatus.SEE_OTHER);
  }

  /** Returns path and query of a Referer header, which is one of our pages; / if it is invalid. */
  private static String pathIn(String referer) {
    // URI rejects characters that browsers do not encode in a query, such as |.
    var parts = referer.split("\\?", 2);
    try {
      var path = Objects.requireNonNullElse(new URI(parts[0]).getRawPath(), "");
      // Not "//": a browser interprets what follows as a host name.
      if (path.startsWith("/") && !path.startsWith("//") && path.length() <= MAX_PATH) {
        return parts.length < 2 ? path : path + "?" + parts[1];
      }
    } catch (URISyntaxException e) {
      // no or an invalid Referer header: go to the home page
    }
    return "/";
  }
}
