package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.backend.BackendUnavailable;
import dev.bookmarket.marketplace.backend.Calls;
import dev.bookmarket.marketplace.basket.BasketCookie;
import dev.bookmarket.marketplace.basket.BasketLine;
import dev.bookmarket.marketplace.basket.PricedBasket;
import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.orders.Order;
import dev.bookmarket.marketplace.orders.OrderLine;
import dev.bookmarket.marketplace.orders.OrderNews;
import dev.bookmarket.marketplace.orders.OrdersClient;
import dev.bookmarket.marketplace.orders.OutcomeUnknown;
import dev.bookmarket.marketplace.orders.VisitorCookie;
import dev.bookmarket.marketplace.web.Failures;
import dev.bookmarket.marketplace.web.Form;
import dev.bookmarket.marketplace.web.Notice;
import dev.bookmarket.marketplace.web.Templates;
import dev.bookmarket.runtime.Refusal;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Places the order that the checkout showed, and leads to its page; or shows the checkout again,
 * with all that was typed, and says why.
 */
public final class PlaceOrderHandler implements Handler {
  private final CatalogueClient catalogue;
  private final OrdersClient orders;
  private final Templates templates;

  /** A handler that asks those two. */
  public PlaceOrderHandler(CatalogueClient catalogue, OrdersClient orders, Templates templates) {
    this.catalogue = catalogue;
    this.orders = orders;
    this.templates = templates;
  }

  @Override
  public void handle(Context request) {
    var form = Form.of(request);
    var attempt =
        new Attempt(
            BasketCookie.of(request),
            form.text("key"),
            BasketLine.linesIn(form.text("shown")).orElse(List.of()),
            new DeliveryForm(form.text("name"), form.text("phone"), form.text("address")));
    var visitor = VisitorCookie.of(request);
    request.future(
        () ->
            visitor.isPresent()
                ? settle(request, attempt, visitor.get())
                : greet(request, attempt));
  }

  /** Without an id to order with, a second press could not be known for the same order. */
  private CompletableFuture<Void> greet(Context request, Attempt attempt) {
    VisitorCookie.keep(request);
    var news = attempt.basket().unsettled() ? CheckoutNews.FORGOTTEN : CheckoutNews.NEW_VISITOR;
    return withPrices(
        request,
        attempt,
        attempt.basket().unsettled()
            ? List.of(CheckoutNews.SHELVES_LATE, CheckoutNews.FORGOTTEN)
            : List.of(CheckoutNews.SHELVES_LATE),
        priced -> {
          showAgain(request, attempt, priced, Optional.of(news));
          return done();
        });
  }

  /** Looks for an order that an earlier press has led to, before it goes on. */
  private CompletableFuture<Void> settle(Context request, Attempt attempt, String visitor) {
    if (!attempt.mayBeAnOrder()) {
      return check(request, attempt, visitor);
    }
    return orders
        .orderByKey(visitor, attempt.key())
        .handle(
            (found, failure) -> {
              if (failure != null) {
                return remainInDoubt(request, attempt, failure);
              }
              return found.isPresent()
                  ? arrive(request, attempt, found.get())
                  : check(request, attempt, visitor);
            })
        .thenCompose(Function.identity());
  }

  /** Orders what the form showed, if that is what there is. */
  private CompletableFuture<Void> check(Context request, Attempt attempt, String visitor) {
    return withPrices(
        request,
        attempt,
        List.of(CheckoutNews.SHELVES_LATE),
        priced -> {
          var news = objectionTo(attempt, priced);
          if (news.isPresent() || !attempt.typed().isValid() || priced.cannotBeOrdered()) {
            showAgain(request, attempt, priced, news);
            return done();
          }
          return place(request, attempt, visitor, priced);
        });
  }

  private CompletableFuture<Void> place(
      Context request, Attempt attempt, String visitor, PricedBasket priced) {
    return orders
        .place(visitor, attempt.key(), attempt.typed().delivery(), linesOf(priced))
        .handle(
            (order, failure) ->
                failure == null
                    ? arrive(request, attempt, order)
                    : miss(request, attempt, visitor, priced, Calls.causeOf(failure)))
        .thenCompose(Function.identity());
  }

  private CompletableFuture<Void> miss(
      Context request, Attempt attempt, String visitor, PricedBasket priced, Throwable failure) {
    if (Calls.isRefusal(failure, Refusal.Reason.ALREADY_EXISTS)) {
      return orders
          .orderByKey(visitor, attempt.key())
          .handle(
              (found, lost) ->
                  lost == null && found.isPresent()
                      ? arrive(request, attempt, found.get())
                      : leaveOpen(request, attempt, priced))
          .thenCompose(Function.identity());
    }
    if (failure instanceof OutcomeUnknown) {
      return leaveOpen(request, attempt, priced);
    }
    if (failure instanceof BackendUnavailable) {
      // Nothing was sent this time; but what was sent before may still arrive.
      var news =
          attempt.basket().unsettled() ? CheckoutNews.OUTCOME_UNKNOWN : CheckoutNews.NOT_PLACED;
      showAgain(request, attempt, priced, Optional.of(news));
      return done();
    }
    return CompletableFuture.failedFuture(failure);
  }

  private CompletableFuture<Void> leaveOpen(Context request, Attempt attempt, PricedBasket priced) {
    BasketCookie.keep(request, attempt.basket().unanswered());
    showAgain(request, attempt, priced, Optional.of(CheckoutNews.OUTCOME_UNKNOWN));
    return done();
  }

  private CompletableFuture<Void> remainInDoubt(
      Context request, Attempt attempt, Throwable failure) {
    if (!(Calls.causeOf(failure) instanceof BackendUnavailable unavailable)) {
      return CompletableFuture.failedFuture(failure);
    }
    if (attempt.basket().isEmpty() || !attempt.isOfThisBasket()) {
      // A form to try again with would be of a basket that this press was not about.
      return CompletableFuture.failedFuture(unavailable.meaning("error.orders.nothing-sent"));
    }
    return withPrices(
        request,
        attempt,
        List.of(CheckoutNews.SHELVES_LATE),
        priced -> {
          showAgain(request, attempt, priced, Optional.of(CheckoutNews.OUTCOME_UNKNOWN));
          return done();
        });
  }

  private static CompletableFuture<Void> arrive(Context request, Attempt attempt, Order order) {
    BasketCookie.settle(request, order);
    Notice.leave(request, newsOf(attempt, order, BasketCookie.of(request).isEmpty()));
    request.redirect("/orders/" + order.id(), HttpStatus.SEE_OTHER);
    return done();
  }

  private static OrderNews newsOf(Attempt attempt, Order order, boolean nothingLeft) {
    if (attempt.askedFor(order)) {
      return OrderNews.PLACED;
    }
    return nothingLeft ? OrderNews.EARLIER : OrderNews.EARLIER_AND_MORE;
  }

  private static Optional<CheckoutNews> objectionTo(Attempt attempt, PricedBasket priced) {
    if (!attempt.showedTheBasket()) {
      return Optional.of(CheckoutNews.CHANGED);
    }
    return priced.someRepriced() ? Optional.of(CheckoutNews.REPRICED) : Optional.empty();
  }

  private void showAgain(
      Context request, Attempt attempt, PricedBasket priced, Optional<CheckoutNews> news) {
    if (priced.cannotBeOrdered()) {
      request.redirect("/basket", HttpStatus.SEE_OTHER);
      return;
    }
    BasketCookie.keepPricesSeen(request, attempt.basket(), priced);
    var basket = BasketCookie.of(request);
    render(
        request,
        news.map(CheckoutNews::status).orElse(422),
        new CheckoutPage(
            basket.key(),
            priced.seen(),
            Optional.of(priced),
            attempt.typed(),
            news.isEmpty() || !attempt.typed().isValid(),
            basket.unsettled(),
            news.stream().toList()));
  }

  /**
   * Without the catalogue, only the very same press can be offered again: nothing of the basket can
   * be shown that the form did not show before.
   */
  private void showAsSent(Context request, Attempt attempt, List<CheckoutNews> news) {
    render(
        request,
        503,
        new CheckoutPage(
            attempt.key(),
            attempt.shown(),
            Optional.empty(),
            attempt.typed(),
            !attempt.typed().isValid(),
            attempt.basket().unsettled(),
            news));
  }

  private void render(Context request, int status, CheckoutPage page) {
    request.status(status);
    if (page.isOutage()) {
      request.header("Retry-After", Failures.RETRY_AFTER);
    }
    templates.render(request, "checkout", page);
  }

  /** Goes on with the prices of now; where the catalogue has none, shows the form as it came. */
  private CompletableFuture<Void> withPrices(
      Context request,
      Attempt attempt,
      List<CheckoutNews> otherwise,
      Function<PricedBasket, CompletableFuture<Void>> next) {
    var basket = attempt.seen();
    return catalogue
        .booksOf(basket.books())
        .handle(
            (books, failure) -> {
              if (failure == null) {
                return next.apply(PricedBasket.of(basket.lines(), books));
              }
              if (!(Calls.causeOf(failure) instanceof BackendUnavailable)) {
                return CompletableFuture.<Void>failedFuture(failure);
              }
              showAsSent(request, attempt, otherwise);
              return done();
            })
        .thenCompose(Function.identity());
  }

  private static List<OrderLine> linesOf(PricedBasket priced) {
    return priced.lines().stream()
        .map(
            line ->
                new OrderLine(
                    line.id(), line.book().orElseThrow().title(), line.quantity(), line.price()))
        .toList();
  }

  private static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }
}
