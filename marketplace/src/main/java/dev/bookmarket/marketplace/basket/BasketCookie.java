package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.orders.Order;
import dev.bookmarket.marketplace.web.Cookies;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;

/** The cookie that contains the basket. An unreadable cookie is treated as absent. */
public final class BasketCookie {
  private static final String NAME = "basket";

  private static final Duration MAX_AGE = Duration.ofDays(30);

  private BasketCookie() {}

  /** Returns the visitor's basket, including changes by this request; empty if there is none. */
  public static Basket read(Context ctx) {
    return find(ctx).orElseGet(Basket::empty);
  }

  /** Returns the number of copies in the visitor's basket. */
  public static int items(Context ctx) {
    return find(ctx).map(Basket::items).orElse(0);
  }

  /** Stores the basket. An empty one is stored too, because its key may be that of an order. */
  public static void write(Context ctx, Basket basket) {
    ctx.attribute(NAME, basket);
    Cookies.write(ctx, NAME, basket.format(), MAX_AGE);
  }

  /** Stores the current prices as the last seen ones, because this page shows the changes. */
  public static void writeLastSeenPrices(Context ctx, Basket basket, PricedBasket priced) {
    if (priced.hasChangedPrices()) {
      write(ctx, basket.withLastSeenPrices(priced.prices()));
    }
  }

  /** Removes what was ordered, if the order has the key of the visitor's basket. */
  public static void removeOrdered(Context ctx, Order order) {
    var basket = read(ctx);
    var rest = basket.after(order);
    if (rest.equals(basket)) {
      return;
    }
    if (rest.isEmpty()) {
      ctx.attribute(NAME, rest);
      Cookies.delete(ctx, NAME);
    } else {
      write(ctx, rest);
    }
  }

  private static Optional<Basket> find(Context ctx) {
    Basket changed = ctx.attribute(NAME);
    return changed != null ? Optional.of(changed) : Cookies.read(ctx, NAME, Basket::parse);
  }
}
