package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.Coded;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;

/**
 * A notice that the next page shows, after a redirect. A cookie contains the code of the notice and
 * is deleted when it is read. The cookie contains no text, so a forged cookie cannot make a page
 * show any other text.
 */
public final class FlashNotice {
  private static final String COOKIE = "notice";

  private FlashNotice() {}

  /** Makes the next page show the notice. */
  public static void leave(Context ctx, Coded notice) {
    Cookies.write(ctx, COOKIE, notice.code(), Duration.ofMinutes(1));
  }

  /** Returns and deletes the notice of the request; empty if it is not one of the given ones. */
  public static <N extends Coded> Optional<N> take(Context ctx, N[] notices) {
    var taken = Cookies.read(ctx, COOKIE, code -> Coded.find(notices, code));
    taken.ifPresent(notice -> Cookies.delete(ctx, COOKIE));
    return taken;
  }
}
