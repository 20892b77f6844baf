package dev.bookmarket.marketplace.orders;

import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.List;
import java.util.Objects;

/** A page of the visitor's own orders, newest first. */
public final class OrdersHandler implements Handler {
  private final OrdersClient orders;
  private final Templates templates;

  /** A handler that asks that client. */
  public OrdersHandler(OrdersClient orders, Templates templates) {
    this.orders = orders;
    this.templates = templates;
  }

  @Override
  public void handle(Context ctx) {
    var page = Objects.requireNonNullElse(ctx.queryParam("page"), "");
    var visitor = VisitorCookie.of(ctx);
    if (visitor.isEmpty()) {
      show(ctx, new OrdersPage(new OrderList(List.of(), ""), true));
      return;
    }
    ctx.future(
        () ->
            orders
                .orders(visitor.get(), page)
                .thenAccept(list -> show(ctx, new OrdersPage(list, page.isEmpty()))));
  }

  private void show(Context ctx, OrdersPage page) {
    templates.render(ctx, "orders", page);
  }
}
