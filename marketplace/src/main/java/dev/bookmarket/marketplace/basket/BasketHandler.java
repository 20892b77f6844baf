package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.web.FlashNotice;
import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;

/** Renders the basket at current prices, with the changes since the visitor last saw it. */
public record BasketHandler(CatalogueClient catalogue, Templates templates) implements Handler {
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
    BasketCookie.writeLastSeenPrices(ctx, basket, priced);
    var notice = FlashNotice.take(ctx, BasketNotice.values());
    templates.render(ctx, "basket", new BasketPage(priced, basket.hasPendingOrder(), notice));
  }
}
