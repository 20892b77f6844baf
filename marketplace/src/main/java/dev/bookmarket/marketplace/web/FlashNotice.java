package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.Coded;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * A notice that the next page shows, after a redirect. A cookie contains the code of the notice and
 * the subject of that page, if it has one, because the visitor can open the page of another subject
 * first. It is deleted when it is read. It contains no text, so a forged cookie cannot make a page
 * show any other text.
 */
public final class FlashNotice {
  private static final String COOKIE = "notice";

  private FlashNotice() {}

  /** Makes the next page show the notice. */
  public static void leave(Context ctx, Coded notice) {
    leave(ctx, notice, "");
  }

  /**
   * Makes the next page about a subject show the notice.
   *
   * @param subject letters and digits, such as the number of an order
   */
  public static void leave(Context ctx, Coded notice, String subject) {
    Cookies.write(ctx, COOKIE, valueOf(notice, subject), Duration.ofMinutes(1));
  }

  /** Returns and deletes the notice of the request; empty if it is not one of the given ones. */
  public static <N extends Coded> Optional<N> take(Context ctx, N[] notices) {
    return take(ctx, notices, "");
  }

  /** Like the other method; empty if the notice is about another subject. */
  public static <N extends Coded> Optional<N> take(Context ctx, N[] notices, String subject) {
    var taken =
        Cookies.read(
            ctx,
            COOKIE,
            value ->
                Arrays.stream(notices)
                    .filter(notice -> valueOf(notice, subject).equals(value))
                    .findFirst());
    taken.ifPresent(notice -> Cookies.delete(ctx, COOKIE));
    return taken;
  }

  private static String valueOf(Coded notice, String subject) {
    return subject.isEmpty() ? notice.code() : notice.code() + "." + subject;
  }
}
