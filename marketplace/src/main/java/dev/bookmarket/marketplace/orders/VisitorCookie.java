package dev.bookmarket.marketplace.orders;

import dev.bookmarket.marketplace.web.Cookies;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;

/**
 * Who the visitor is: whoever has the cookie sees the orders that were placed with it. Only the
 * checkout sets it, so those who just look around have none.
 */
public final class VisitorCookie {
  private static final String NAME = "visitor";

  /** As long as browsers keep a cookie at most. */
  private static final Duration AGE = Duration.ofDays(400);

  private VisitorCookie() {}

  /** The visitor's id; nothing if there is none, or what there is was not made by us. */
  public static Optional<String> of(Context ctx) {
    return Cookies.read(ctx, NAME, id -> Optional.of(id).filter(RandomId::isOne));
  }

  /** Makes the visitor known, for another 400 days. */
  public static void keep(Context ctx) {
    Cookies.write(ctx, NAME, of(ctx).orElseGet(RandomId::next), AGE);
  }
}
