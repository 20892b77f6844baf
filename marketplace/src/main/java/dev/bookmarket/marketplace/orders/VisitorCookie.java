package dev.bookmarket.marketplace.orders;

import dev.bookmarket.marketplace.web.Cookies;
import io.javalin.http.Context;
import java.util.Optional;

/**
 * The cookie with the visitor's id, which gives access to the orders that were placed with it. Only
 * the checkout sets it, so visitors who do not order have no id.
 */
public final class VisitorCookie {
  private static final String NAME = "visitor";

  private VisitorCookie() {}

  /** Returns the visitor's id, if the request has a valid one. */
  public static Optional<String> read(Context ctx) {
    return Cookies.read(ctx, NAME, id -> Optional.of(id).filter(RandomId::isValid));
  }

  /** Stores the visitor's id, or a new one, for another 400 days. */
  public static void renew(Context ctx) {
    Cookies.write(ctx, NAME, read(ctx).orElseGet(RandomId::next), Cookies.MAX_AGE);
  }
}
