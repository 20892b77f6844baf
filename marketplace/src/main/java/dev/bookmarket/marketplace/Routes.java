package dev.bookmarket.marketplace;

import dev.bookmarket.marketplace.basket.BasketChangeHandler;
import dev.bookmarket.marketplace.basket.BasketHandler;
import dev.bookmarket.marketplace.catalogue.BookHandler;
import dev.bookmarket.marketplace.catalogue.CategoryHandler;
import dev.bookmarket.marketplace.catalogue.CoverHandler;
import dev.bookmarket.marketplace.catalogue.SearchHandler;
import dev.bookmarket.marketplace.checkout.Checkout;
import dev.bookmarket.marketplace.checkout.CheckoutHandler;
import dev.bookmarket.marketplace.checkout.PlaceOrderHandler;
import dev.bookmarket.marketplace.greeting.NameHandler;
import dev.bookmarket.marketplace.home.HomeHandler;
import dev.bookmarket.marketplace.jsonrpc.JsonRpc;
import dev.bookmarket.marketplace.jsonrpc.JsonRpcHandler;
import dev.bookmarket.marketplace.orders.OrderHandler;
import dev.bookmarket.marketplace.orders.OrdersHandler;
import dev.bookmarket.marketplace.web.ExceptionHandlers;
import dev.bookmarket.marketplace.web.PreferencesHandler;
import dev.bookmarket.marketplace.web.Templates;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;

/**
 * All URLs of the shop except {@code /readyz} and those of the static files under {@code /assets},
 * which the web server adds.
 */
final class Routes {
  private Routes() {}

  static void add(RoutesConfig routes, Clients clients, Templates templates) {
    var catalogue = clients.catalogue();
    var orders = clients.orders();
    routes.get(
        "/", new HomeHandler(clients.recommendations(), catalogue, clients.greeter(), templates));
    routes.post("/name", new NameHandler());
    routes.get("/name", Routes::redirectHome);
    routes.get("/categories/{slug}", new CategoryHandler(catalogue, templates));
    routes.get("/books/{id}", new BookHandler(catalogue, templates));
    routes.get("/covers/{file}", new CoverHandler(catalogue, templates.covers()));
    routes.get("/search", new SearchHandler(catalogue, templates));
    routes.get("/basket", new BasketHandler(catalogue, templates));
    routes.post("/basket", new BasketChangeHandler(catalogue, orders));
    routes.get("/checkout", new CheckoutHandler(catalogue, templates));
    routes.post("/checkout", new PlaceOrderHandler(new Checkout(catalogue, orders), templates));
    routes.get("/orders", new OrdersHandler(orders, templates));
    routes.get("/orders/{id}", new OrderHandler(orders, templates));
    routes.post("/preferences", new PreferencesHandler());
    routes.get("/preferences", Routes::redirectHome);
    routes.post("/jsonrpc", new JsonRpcHandler(new JsonRpc(clients.gateway().methods())));
    routes.get("/healthz", ctx -> ctx.result("alive\n"));
    new ExceptionHandlers(templates).addTo(routes);
  }

  /** An error page at the URL of a form without a page of its own links to that URL. */
  private static void redirectHome(Context ctx) {
    ctx.redirect("/", HttpStatus.SEE_OTHER);
  }
}
