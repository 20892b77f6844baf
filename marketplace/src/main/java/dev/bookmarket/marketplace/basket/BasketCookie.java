package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.orders.Order;
import dev.bookmarket.marketplace.web.Cookies;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the basket lives. A cookie that is not exactly one of ours, be it forged, cut off or of
 * another version of the shop, is as good as none.
 */
public final class BasketCookie {
  private static final String NAME = "basket";

  /** What browsers keep at least; ours stay far below. */
  private static final int LIMIT = 4_096;

  private static final Duration AGE = Duration.ofDays(30);

  private BasketCookie() {}

  /** The visitor's basket, with what this request has changed in it; empty if there is none. */
  public static Basket of(Context ctx) {
    return found(ctx).orElseGet(Basket::empty);
  }

  /** How many books are in the visitor's basket, copies counted. */
  public static int items(Context ctx) {
    return found(ctx).map(Basket::items).orElse(0);
  }

  /** Keeps the basket; one with nothing in it too, for its key may be that of an order. */
  public static void keep(Context ctx, Basket basket) {
    ctx.attribute(NAME, basket);
    Cookies.write(ctx, NAME, basket.text(), AGE);
  }

  /** Takes note that this page tells of the prices that have changed. */
  public static void keepPricesSeen(Context ctx, Basket basket, PricedBasket priced) {
    if (priced.someRepriced()) {
      keep(ctx, basket.seen(priced.prices()));
    }
  }

  private static void delete(Context ctx) {
    ctx.attribute(NAME, Basket.empty());
    Cookies.delete(ctx, NAME);
  }

  /**
   * Takes note that there is an order under a basket's key. If the visitor's basket is that one,
   * what was ordered is not in it any more; what is left, if anything, has another key.
   */
  public static void settle(Context ctx, Order order) {
    var basket = of(ctx);
    if (!order.key().equals(basket.key())) {
      return;
    }
    var rest = basket.rest(order);
    if (rest.isEmpty()) {
      delete(ctx);
    } else {
      keep(ctx, rest);
    }
  }

  private static Optional<Basket> found(Context ctx) {
    Basket changed = ctx.attribute(NAME);
    if (changed != null) {
      return Optional.of(changed);
    }
    return Cookies.read(
        ctx, NAME, text -> text.length() > LIMIT ? Optional.empty() : Basket.in(text));
  }
}
