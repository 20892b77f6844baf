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
  public void handle(Context request) {
    var basket = BasketCookie.of(request);
    request.future(
        () ->
            catalogue
                .booksOf(basket.books())
                .thenApply(books -> PricedBasket.of(basket.lines(), books))
                .thenAccept(priced -> show(request, basket, priced)));
  }

  private void show(Context request, Basket basket, PricedBasket priced) {
    if (priced.cannotBeOrdered()) {
      request.redirect("/basket", HttpStatus.SEE_OTHER);
      return;
    }
    var news =
        basket.unsettled() && VisitorCookie.of(request).isEmpty()
            ? List.of(CheckoutNews.FORGOTTEN)
            : List.<CheckoutNews>of();
    VisitorCookie.keep(request);
    BasketCookie.keepPricesSeen(request, basket, priced);
    templates.render(
        request,
        "checkout",
        new CheckoutPage(
            basket.key(),
            priced.seen(),
            Optional.of(priced),
            DeliveryForm.blank(),
            false,
            basket.unsettled(),
            news));
  }
}
