package dev.bookmarket.marketplace.basket;

import dev.bookmarket.marketplace.catalogue.Book;
import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.catalogue.FiledBook;
import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.web.Form;
import dev.bookmarket.marketplace.web.Notice;
import dev.bookmarket.runtime.Refusal;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;

/** Puts books into the basket, changes how many, and takes them out; then shows the basket. */
public final class BasketChangeHandler implements Handler {
  private final CatalogueClient catalogue;

  /** A handler that asks that catalogue. */
  public BasketChangeHandler(CatalogueClient catalogue) {
    this.catalogue = catalogue;
  }

  @Override
  public void handle(Context request) {
    var form = Form.of(request);
    int book = numberIn(form, "book", Integer.MAX_VALUE, "A book's number is a whole number.");
    switch (form.text("change")) {
      case "add" -> {
        int quantity = quantityIn(form);
        request.future(
            () ->
                catalogue
                    .book(book)
                    .thenApply(FiledBook::book)
                    .thenAccept(found -> add(request, found, quantity, form)));
      }
      case "set" -> keep(request, BasketCookie.of(request).withQuantity(book, quantityIn(form)));
      case "remove" -> keep(request, BasketCookie.of(request).without(book));
      default -> throw Refusal.invalid("A basket's change is one of add, set and remove.");
    }
  }

  private static void add(Context request, Book book, int quantity, Form form) {
    var basket = BasketCookie.of(request);
    int before = basket.quantityOf(book.id());
    if (before == 0 && basket.isFull()) {
      Notice.leave(request, BasketNews.BASKET_FULL);
      request.redirect("/basket", HttpStatus.SEE_OTHER);
      return;
    }
    if (before + quantity > BasketLine.MAX_QUANTITY) {
      Notice.leave(request, BasketNews.AT_MOST_99);
    }
    keep(request, basket.plus(book.id(), quantity, seenIn(form, book)));
  }

  private static void keep(Context request, Basket basket) {
    BasketCookie.keep(request, basket);
    request.redirect("/basket", HttpStatus.SEE_OTHER);
  }

  /** The page may have been open since a time when the price was another. */
  private static Money seenIn(Form form, Book book) {
    var cents = form.text("seen");
    return cents.matches("\\d{1,10}") ? new Money(Long.parseLong(cents)) : book.price();
  }

  private static int quantityIn(Form form) {
    return numberIn(
        form,
        "quantity",
        BasketLine.MAX_QUANTITY,
        "A quantity is a whole number from 1 to " + BasketLine.MAX_QUANTITY + ".");
  }

  private static int numberIn(Form form, String field, int max, String rule) {
    var text = form.text(field).strip();
    if (text.matches("\\d{1,10}")) {
      long number = Long.parseLong(text);
      if (number >= 1 && number <= max) {
        return (int) number;
      }
    }
    throw Refusal.invalid(rule);
  }
}
