package dev.bookmarket.marketplace.orders;

import dev.bookmarket.marketplace.language.RefusedRequest;
import dev.bookmarket.marketplace.web.Notice;
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
  public void handle(Context request) {
    var id = request.pathParam("id");
    var visitor = VisitorCookie.of(request);
    if (visitor.isEmpty() || !id.matches("[A-Za-z0-9]{1,40}")) {
      throw RefusedRequest.notFound("error.not-found.order");
    }
    request.future(
        () ->
            orders
                .order(visitor.get(), id)
                .thenAccept(
                    order ->
                        templates.render(
                            request,
                            "order",
                            new OrderPage(order, Notice.take(request, OrderNews.values())))));
  }
}
