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
import java.util.Optional;

/** The checkout as it is first seen; with nothing to order, the basket's page says why. */
public final class CheckoutHandler implements Handler {
  private final CatalogueClient catalogue;
  private final Templates templates;

  /** A handler that asks that catalogue. */
  public CheckoutHandler(CatalogueClient catalogue, Templates templates) {
    this.catalogue = catalogue;
    this.templates = templates;
  }

  @Override
  public void handle(Context ctx) {
    var basket = BasketCookie.of(ctx);
    ctx.future(
        () ->
            catalogue
                .booksOf(basket.books())
                .thenApply(books -> PricedBasket.of(basket.lines(), books))
                .thenAccept(priced -> show(ctx, basket, priced)));
  }

  private void show(Context ctx, Basket basket, PricedBasket priced) {
    if (priced.cannotBeOrdered()) {
      ctx.redirect("/basket", HttpStatus.SEE_OTHER);
      return;
    }
    var notice =
        basket.unsettled() && VisitorCookie.of(ctx).isEmpty()
            ? List.of(CheckoutNotice.FORGOTTEN)
            : List.<CheckoutNotice>of();
    VisitorCookie.keep(ctx);
    BasketCookie.keepPricesSeen(ctx, basket, priced);
    templates.render(
        ctx,
        "checkout",
        new CheckoutPage(
            basket.key(),
            priced.seen(),
            Optional.of(priced),
            DeliveryForm.blank(),
            false,
            basket.unsettled(),
            notice));
  }
}
