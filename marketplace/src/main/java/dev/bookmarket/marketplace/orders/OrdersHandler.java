package dev.bookmarket.marketplace.orders;

import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Renders a page of the visitor's own orders, newest first. */
public record OrdersHandler(OrdersClient orders, Templates templates) implements Handler {
  @Override
  public void handle(Context ctx) {
    var page = Objects.requireNonNullElse(ctx.queryParam("page"), "");
    var visitor = VisitorCookie.read(ctx);
    ctx.future(
        () ->
            visitor
                .map(id -> orders.orders(id, page))
                .orElseGet(
                    () -> CompletableFuture.completedFuture(new OrdersPage(List.of(), "", true)))
                .thenAccept(found -> templates.render(ctx, "orders", found)));
  }
}
