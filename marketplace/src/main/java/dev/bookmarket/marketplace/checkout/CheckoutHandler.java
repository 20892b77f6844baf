package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.basket.Basket;
import dev.bookmarket.marketplace.basket.BasketCookie;
import dev.bookmarket.marketplace.basket.PricedBasket;
import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.orders.VisitorCookie;
import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Renders the checkout with an empty form; redirects to a basket that cannot be ordered. */
public record CheckoutHandler(CatalogueClient catalogue, Templates templates) implements Handler {
  @Override
  public void handle(Context ctx) {
    var basket = BasketCookie.read(ctx);
    ctx.future(
        () ->
            catalogue
                .booksOf(basket.bookIds())
                .thenApply(basket::withCurrentPrices)
                .thenAccept(priced -> render(ctx, basket, priced)));
  }

  private void render(Context ctx, Basket basket, PricedBasket priced) {
    if (!priced.isOrderable()) {
      ctx.redirect("/basket", HttpStatus.SEE_OTHER);
      return;
    }
    boolean cookieLost = basket.hasPendingOrder() && VisitorCookie.read(ctx).isEmpty();
    VisitorCookie.renew(ctx);
    BasketCookie.writeLastSeenPrices(ctx, basket, priced);
    var notices = cookieLost ? List.of(CheckoutNotice.COOKIE_LOST) : List.<CheckoutNotice>of();
    var form = new DeliveryForm("", "", "");
    templates.render(
        ctx,
        "checkout",
        new CheckoutPage(
            basket.withLastSeenPrices(priced.prices()),
            Optional.of(priced),
            form,
            Map.of(),
            notices));
  }
}
