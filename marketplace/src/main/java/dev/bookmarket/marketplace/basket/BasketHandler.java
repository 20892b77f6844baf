package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.web.FlashNotice;
import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;

/** The basket's page: what is in it, at the prices of now, and what has changed since last seen. */
public final class BasketHandler implements Handler {
  private final CatalogueClient catalogue;
  private final Templates templates;

  /** A handler that asks that catalogue. */
  public BasketHandler(CatalogueClient catalogue, Templates templates) {
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
    BasketCookie.keepPricesSeen(ctx, basket, priced);
    var notice = FlashNotice.take(ctx, BasketNotice.values());
    templates.render(ctx, "basket", new BasketPage(priced, basket.unsettled(), notice));
  }
}
