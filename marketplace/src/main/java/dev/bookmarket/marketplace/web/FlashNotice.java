package dev.bookmarket.marketplace.web;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A word from one page to the next, across a redirect: in a cookie that is read once. It names one
 * of some news that the next page can put into words, so nobody can put words into our mouth.
 */
public final class FlashNotice {
  private static final String COOKIE = "notice";

  private FlashNotice() {}

  /** Leaves a word for the next page. */
  public static void leave(Context ctx, Enum<?> notice) {
    Cookies.write(ctx, COOKIE, wordOf(notice), Duration.ofMinutes(1));
  }

  /** Takes the word that was left, if it is one of these. */
  public static <N extends Enum<N>> Optional<N> take(Context ctx, N[] all) {
    var taken =
        Cookies.read(
            ctx,
            COOKIE,
            word -> Arrays.stream(all).filter(notice -> wordOf(notice).equals(word)).findFirst());
    if (taken.isPresent()) {
      Cookies.delete(ctx, COOKIE);
    }
    return taken;
  }

  private static String wordOf(Enum<?> notice) {
    return notice.name().toLowerCase(Locale.ROOT);
  }
}
