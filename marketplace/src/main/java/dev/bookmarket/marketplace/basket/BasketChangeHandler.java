package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.catalogue.Book;
import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.language.LocalizedRejectionException;
import dev.bookmarket.marketplace.language.LocalizedUnavailableException;
import dev.bookmarket.marketplace.orders.Order;
import dev.bookmarket.marketplace.orders.OrderNotice;
import dev.bookmarket.marketplace.orders.OrdersClient;
import dev.bookmarket.marketplace.orders.VisitorCookie;
import dev.bookmarket.marketplace.web.FlashNotice;
import dev.bookmarket.marketplace.web.Form;
import dev.bookmarket.runtime.client.GrpcFutures;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Puts books into the basket, changes how many, and takes them out; then shows the basket. Where an
 * order of the basket may have gone through, it is looked for first: if it is there, the visitor is
 * told, and what was ordered is not in the basket any more.
 */
public final class BasketChangeHandler implements Handler {
  private final CatalogueClient catalogue;
  private final OrdersClient orders;

  /** A handler that asks those two. */
  public BasketChangeHandler(CatalogueClient catalogue, OrdersClient orders) {
    this.catalogue = catalogue;
    this.orders = orders;
  }

  @Override
  public void handle(Context ctx) {
    var form = Form.of(ctx);
    int book =
        numberIn(
            form,
            "book",
            Integer.MAX_VALUE,
            () -> LocalizedRejectionException.invalid("error.invalid.book"));
    switch (form.text("change")) {
      case "add" -> {
        int quantity = quantityIn(form);
        ctx.future(
            () ->
                catalogue
                    .book(book)
                    .thenCompose(
                        found ->
                            change(
                                ctx, basket -> plus(ctx, basket, found.book(), quantity, form))));
      }
      case "set" -> {
        int quantity = quantityIn(form);
        ctx.future(() -> change(ctx, basket -> basket.withQuantity(book, quantity)));
      }
      case "remove" -> ctx.future(() -> change(ctx, basket -> basket.without(book)));
      default -> throw LocalizedRejectionException.invalid("error.invalid.change");
    }
  }

  private CompletableFuture<Void> change(Context ctx, UnaryOperator<Basket> change) {
    return orderOf(ctx)
        .thenAccept(
            order -> {
              order.ifPresent(there -> BasketCookie.settle(ctx, there));
              var basket = BasketCookie.of(ctx);
              var changed = change.apply(basket);
              if (!changed.equals(basket)) {
                BasketCookie.keep(ctx, changed);
              }
              order.ifPresent(there -> tell(ctx, changed));
              ctx.redirect(
                  order.map(there -> "/orders/" + there.id()).orElse("/basket"),
                  HttpStatus.SEE_OTHER);
            });
  }

  /** The order that the basket has become unnoticed, if any. */
  private CompletableFuture<Optional<Order>> orderOf(Context ctx) {
    var basket = BasketCookie.of(ctx);
    var visitor = VisitorCookie.of(ctx);
    if (!basket.unsettled() || visitor.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return orders
        .orderByKey(visitor.get(), basket.key())
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    GrpcFutures.causeOf(failure)
                            instanceof LocalizedUnavailableException unavailable
                        ? unavailable.withText("error.orders.basket-unchanged")
                        : failure));
  }

  private static void tell(Context ctx, Basket left) {
    FlashNotice.leave(ctx, left.isEmpty() ? OrderNotice.EARLIER : OrderNotice.EARLIER_AND_MORE);
  }

  private static Basket plus(Context ctx, Basket basket, Book book, int quantity, Form form) {
    int before = basket.quantityOf(book.id());
    if (before == 0 && basket.isFull()) {
      FlashNotice.leave(ctx, BasketNotice.BASKET_FULL);
      return basket;
    }
    if (before + quantity > BasketLine.MAX_QUANTITY) {
      FlashNotice.leave(ctx, BasketNotice.AT_MOST_99);
    }
    return basket.plus(book.id(), quantity, seenIn(form, book));
  }

  /** The page may have been open since a time when the price was another. */
  private static Money seenIn(Form form, Book book) {
    var cents = form.text("seen");
    return cents.matches("\\d{1,9}") ? new Money(Long.parseLong(cents)) : book.price();
  }

  private static int quantityIn(Form form) {
    return numberIn(
        form,
        "quantity",
        BasketLine.MAX_QUANTITY,
        () ->
            LocalizedRejectionException.invalid("error.invalid.quantity", BasketLine.MAX_QUANTITY));
  }

  private static int numberIn(
      Form form, String field, int max, Supplier<LocalizedRejectionException> otherwise) {
    var text = form.text(field).strip();
    if (text.matches("\\d{1,10}")) {
      long number = Long.parseLong(text);
      if (number >= 1 && number <= max) {
        return (int) number;
      }
    }
    throw otherwise.get();
  }
}
