package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.catalogue.Book;
import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.language.LocalizedException;
import dev.bookmarket.marketplace.orders.Order;
import dev.bookmarket.marketplace.orders.OrderNotice;
import dev.bookmarket.marketplace.orders.OrdersClient;
import dev.bookmarket.marketplace.orders.VisitorCookie;
import dev.bookmarket.marketplace.web.FlashNotice;
import dev.bookmarket.marketplace.web.Form;
import dev.bookmarket.runtime.client.BackendUnavailableException;
import dev.bookmarket.runtime.client.GrpcFutures;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * Adds books to the basket, changes quantities and removes books, then redirects to the basket. If
 * the basket has a pending order, the handler looks it up first; if the order exists, it removes
 * what was ordered and redirects to the order.
 */
public record BasketChangeHandler(CatalogueClient catalogue, OrdersClient orders)
    implements Handler {
  @Override
  public void handle(Context ctx) {
    var form = Form.of(ctx);
    int bookId =
        number(form, "book", Integer.MAX_VALUE)
            .orElseThrow(() -> LocalizedException.invalid("error.invalid.book"));
    switch (form.text("change")) {
      case "add" -> {
        int quantity = quantity(form);
        ctx.future(
            () ->
                catalogue
                    .book(bookId)
                    .thenCompose(
                        found ->
                            change(ctx, add(ctx, found.book(), quantity, form.text("price")))));
      }
      case "set" -> {
        int quantity = quantity(form);
        ctx.future(() -> change(ctx, basket -> basket.withQuantity(bookId, quantity)));
      }
      case "remove" -> ctx.future(() -> change(ctx, basket -> basket.without(bookId)));
      default -> throw LocalizedException.invalid("error.invalid.change");
    }
  }

  private CompletableFuture<Void> change(Context ctx, UnaryOperator<Basket> change) {
    return pendingOrder(ctx)
        .thenAccept(
            order -> {
              order.ifPresent(stored -> BasketCookie.removeOrdered(ctx, stored));
              var basket = BasketCookie.read(ctx);
              var changed = change.apply(basket);
              if (!changed.equals(basket)) {
                BasketCookie.write(ctx, changed);
              }
              order.ifPresent(
                  stored ->
                      FlashNotice.leave(
                          ctx, OrderNotice.alreadyPlaced(changed.isEmpty()), stored.id()));
              ctx.redirect(
                  order.map(stored -> "/orders/" + stored.id()).orElse("/basket"),
                  HttpStatus.SEE_OTHER);
            });
  }

  /** Returns the order of the basket, if one was sent without a response and was stored. */
  private CompletableFuture<Optional<Order>> pendingOrder(Context ctx) {
    var basket = BasketCookie.read(ctx);
    var visitor = VisitorCookie.read(ctx);
    if (!basket.hasPendingOrder() || visitor.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return GrpcFutures.mapFailure(
        orders.orderByKey(visitor.get(), basket.key()),
        failure ->
            failure instanceof BackendUnavailableException
                ? LocalizedException.unavailable(
                    "error.unavailable.OrderService", "error.orders.basket-unchanged")
                : failure);
  }

  /**
   * Adds copies of a book within the limits of an order.
   *
   * @param shownPrice the price in cents on the book's page, which may be outdated
   */
  private static UnaryOperator<Basket> add(
      Context ctx, Book book, int quantity, String shownPrice) {
    return basket -> {
      int before = basket.quantityOf(book.id());
      if (before == 0 && basket.isFull()) {
        FlashNotice.leave(ctx, BasketNotice.BASKET_FULL);
        return basket;
      }
      if (before + quantity > BasketLine.MAX_QUANTITY) {
        FlashNotice.leave(ctx, BasketNotice.AT_MOST_99);
      }
      var price =
          shownPrice.matches("\\d{1,9}") ? new Money(Long.parseLong(shownPrice)) : book.price();
      return basket.plus(book.id(), quantity, price);
    };
  }

  private static int quantity(Form form) {
    int max = BasketLine.MAX_QUANTITY;
    return number(form, "quantity", max)
        .orElseThrow(() -> LocalizedException.invalid("error.invalid.quantity", max));
  }

  /** Returns the integer from 1 to {@code max} in a field, if there is one. */
  private static Optional<Integer> number(Form form, String field, int max) {
    return Optional.of(form.text(field).strip())
        .filter(text -> text.matches("\\d{1,10}"))
        .map(Long::parseLong)
        .filter(number -> number >= 1 && number <= max)
        .map(Long::intValue);
  }
}
