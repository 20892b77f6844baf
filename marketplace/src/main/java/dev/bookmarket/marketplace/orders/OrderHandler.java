package dev.bookmarket.marketplace.orders;

import dev.bookmarket.marketplace.language.LocalizedRejectionException;
import dev.bookmarket.marketplace.web.FlashNotice;
import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;

/** The page of one of the visitor's own orders; it also confirms a new one. */
public final class OrderHandler implements Handler {
  private final OrdersClient orders;
  private final Templates templates;

  /** A handler that asks that client. */
  public OrderHandler(OrdersClient orders, Templates templates) {
    this.orders = orders;
    this.templates = templates;
  }

  @Override
  public void handle(Context ctx) {
    var id = ctx.pathParam("id");
    var visitor = VisitorCookie.of(ctx);
    if (visitor.isEmpty() || !id.matches("[A-Za-z0-9]{1,40}")) {
      throw LocalizedRejectionException.notFound("error.not-found.order");
    }
    ctx.future(
        () ->
            orders
                .order(visitor.get(), id)
                .thenAccept(
                    order ->
                        templates.render(
                            ctx,
                            "order",
                            new OrderPage(order, FlashNotice.take(ctx, OrderNotice.values())))));
  }
}
