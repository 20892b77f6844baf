package dev.bookmarket.marketplace.orders;

import dev.bookmarket.marketplace.language.LocalizedException;
import dev.bookmarket.marketplace.web.FlashNotice;
import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;

/** Renders one of the visitor's own orders; after the checkout, it confirms the order. */
public record OrderHandler(OrdersClient orders, Templates templates) implements Handler {
  @Override
  public void handle(Context ctx) {
    var id = ctx.pathParam("id");
    var visitor = VisitorCookie.read(ctx);
    if (visitor.isEmpty() || !id.matches("[A-Za-z0-9]{1,40}")) {
      throw LocalizedException.notFound("error.not-found.order");
    }
    ctx.future(() -> orders.order(visitor.get(), id).thenAccept(order -> render(ctx, order)));
  }

  private void render(Context ctx, Order order) {
    var notice = FlashNotice.take(ctx, OrderNotice.values(), order.id());
    templates.render(ctx, "order", new OrderPage(order, notice));
  }
}
