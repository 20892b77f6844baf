package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.basket.BasketCookie;
import dev.bookmarket.marketplace.basket.BasketLine;
import dev.bookmarket.marketplace.basket.PricedBasket;
import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.language.LocalizedUnavailableException;
import dev.bookmarket.marketplace.orders.Order;
import dev.bookmarket.marketplace.orders.OrderLine;
import dev.bookmarket.marketplace.orders.OrderNotice;
import dev.bookmarket.marketplace.orders.OrdersClient;
import dev.bookmarket.marketplace.orders.UnknownOutcomeException;
import dev.bookmarket.marketplace.orders.VisitorCookie;
import dev.bookmarket.marketplace.web.Failures;
import dev.bookmarket.marketplace.web.FlashNotice;
import dev.bookmarket.marketplace.web.Form;
import dev.bookmarket.marketplace.web.Templates;
import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.client.GrpcFutures;
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
  public void handle(Context ctx) {
    var form = Form.of(ctx);
    var attempt =
        new Attempt(
            BasketCookie.of(ctx),
            form.text("key"),
            BasketLine.linesIn(form.text("shown")).orElse(List.of()),
            new DeliveryForm(form.text("name"), form.text("phone"), form.text("address")));
    var visitor = VisitorCookie.of(ctx);
    ctx.future(
        () -> visitor.isPresent() ? settle(ctx, attempt, visitor.get()) : greet(ctx, attempt));
  }

  /** Without an id to order with, a second press could not be known for the same order. */
  private CompletableFuture<Void> greet(Context ctx, Attempt attempt) {
    VisitorCookie.keep(ctx);
    var notice =
        attempt.basket().unsettled() ? CheckoutNotice.FORGOTTEN : CheckoutNotice.NEW_VISITOR;
    return withPrices(
        ctx,
        attempt,
        attempt.basket().unsettled()
            ? List.of(CheckoutNotice.SHELVES_LATE, CheckoutNotice.FORGOTTEN)
            : List.of(CheckoutNotice.SHELVES_LATE),
        priced -> {
          showAgain(ctx, attempt, priced, Optional.of(notice));
          return done();
        });
  }

  /** Looks for an order that an earlier press has led to, before it goes on. */
  private CompletableFuture<Void> settle(Context ctx, Attempt attempt, String visitor) {
    if (!attempt.mayBeAnOrder()) {
      return check(ctx, attempt, visitor);
    }
    return orders
        .orderByKey(visitor, attempt.key())
        .handle(
            (found, failure) -> {
              if (failure != null) {
                return remainInDoubt(ctx, attempt, failure);
              }
              return found.isPresent()
                  ? arrive(ctx, attempt, found.get())
                  : check(ctx, attempt, visitor);
            })
        .thenCompose(Function.identity());
  }

  /** Orders what the form showed, if that is what there is. */
  private CompletableFuture<Void> check(Context ctx, Attempt attempt, String visitor) {
    return withPrices(
        ctx,
        attempt,
        List.of(CheckoutNotice.SHELVES_LATE),
        priced -> {
          var notice = objectionTo(attempt, priced);
          if (notice.isPresent() || !attempt.typed().isValid() || priced.cannotBeOrdered()) {
            showAgain(ctx, attempt, priced, notice);
            return done();
          }
          return place(ctx, attempt, visitor, priced);
        });
  }

  private CompletableFuture<Void> place(
      Context ctx, Attempt attempt, String visitor, PricedBasket priced) {
    return orders
        .place(visitor, attempt.key(), attempt.typed().delivery(), linesOf(priced))
        .handle(
            (order, failure) ->
                failure == null
                    ? arrive(ctx, attempt, order)
                    : miss(ctx, attempt, visitor, priced, GrpcFutures.causeOf(failure)))
        .thenCompose(Function.identity());
  }

  private CompletableFuture<Void> miss(
      Context ctx, Attempt attempt, String visitor, PricedBasket priced, Throwable failure) {
    if (GrpcFutures.isRejection(failure, RejectedRequestException.Reason.ALREADY_EXISTS)) {
      return orders
          .orderByKey(visitor, attempt.key())
          .handle(
              (found, lost) ->
                  lost == null && found.isPresent()
                      ? arrive(ctx, attempt, found.get())
                      : leaveOpen(ctx, attempt, priced))
          .thenCompose(Function.identity());
    }
    if (failure instanceof UnknownOutcomeException) {
      return leaveOpen(ctx, attempt, priced);
    }
    if (failure instanceof LocalizedUnavailableException) {
      // Nothing was sent this time; but what was sent before may still arrive.
      var notice =
          attempt.basket().unsettled() ? CheckoutNotice.OUTCOME_UNKNOWN : CheckoutNotice.NOT_PLACED;
      showAgain(ctx, attempt, priced, Optional.of(notice));
      return done();
    }
    return CompletableFuture.failedFuture(failure);
  }

  private CompletableFuture<Void> leaveOpen(Context ctx, Attempt attempt, PricedBasket priced) {
    BasketCookie.keep(ctx, attempt.basket().unanswered());
    showAgain(ctx, attempt, priced, Optional.of(CheckoutNotice.OUTCOME_UNKNOWN));
    return done();
  }

  private CompletableFuture<Void> remainInDoubt(Context ctx, Attempt attempt, Throwable failure) {
    if (!(GrpcFutures.causeOf(failure) instanceof LocalizedUnavailableException unavailable)) {
      return CompletableFuture.failedFuture(failure);
    }
    if (attempt.basket().isEmpty() || !attempt.isOfThisBasket()) {
      // A form to try again with would be of a basket that this press was not about.
      return CompletableFuture.failedFuture(unavailable.withText("error.orders.nothing-sent"));
    }
    return withPrices(
        ctx,
        attempt,
        List.of(CheckoutNotice.SHELVES_LATE),
        priced -> {
          showAgain(ctx, attempt, priced, Optional.of(CheckoutNotice.OUTCOME_UNKNOWN));
          return done();
        });
  }

  private static CompletableFuture<Void> arrive(Context ctx, Attempt attempt, Order order) {
    BasketCookie.settle(ctx, order);
    FlashNotice.leave(ctx, newsOf(attempt, order, BasketCookie.of(ctx).isEmpty()));
    ctx.redirect("/orders/" + order.id(), HttpStatus.SEE_OTHER);
    return done();
  }

  private static OrderNotice newsOf(Attempt attempt, Order order, boolean nothingLeft) {
    if (attempt.askedFor(order)) {
      return OrderNotice.PLACED;
    }
    return nothingLeft ? OrderNotice.EARLIER : OrderNotice.EARLIER_AND_MORE;
  }

  private static Optional<CheckoutNotice> objectionTo(Attempt attempt, PricedBasket priced) {
    if (!attempt.showedTheBasket()) {
      return Optional.of(CheckoutNotice.CHANGED);
    }
    return priced.someRepriced() ? Optional.of(CheckoutNotice.REPRICED) : Optional.empty();
  }

  private void showAgain(
      Context ctx, Attempt attempt, PricedBasket priced, Optional<CheckoutNotice> notice) {
    if (priced.cannotBeOrdered()) {
      ctx.redirect("/basket", HttpStatus.SEE_OTHER);
      return;
    }
    BasketCookie.keepPricesSeen(ctx, attempt.basket(), priced);
    var basket = BasketCookie.of(ctx);
    render(
        ctx,
        notice.map(CheckoutNotice::status).orElse(422),
        new CheckoutPage(
            basket.key(),
            priced.seen(),
            Optional.of(priced),
            attempt.typed(),
            notice.isEmpty() || !attempt.typed().isValid(),
            basket.unsettled(),
            notice.stream().toList()));
  }

  /**
   * Without the catalogue, only the very same press can be offered again: nothing of the basket can
   * be shown that the form did not show before.
   */
  private void showAsSent(Context ctx, Attempt attempt, List<CheckoutNotice> notice) {
    render(
        ctx,
        503,
        new CheckoutPage(
            attempt.key(),
            attempt.shown(),
            Optional.empty(),
            attempt.typed(),
            !attempt.typed().isValid(),
            attempt.basket().unsettled(),
            notice));
  }

  private void render(Context ctx, int status, CheckoutPage page) {
    ctx.status(status);
    if (page.isOutage()) {
      ctx.header("Retry-After", Failures.RETRY_AFTER);
    }
    templates.render(ctx, "checkout", page);
  }

  /** Goes on with the prices of now; where the catalogue has none, shows the form as it came. */
  private CompletableFuture<Void> withPrices(
      Context ctx,
      Attempt attempt,
      List<CheckoutNotice> otherwise,
      Function<PricedBasket, CompletableFuture<Void>> next) {
    var basket = attempt.seen();
    return catalogue
        .booksOf(basket.books())
        .handle(
            (books, failure) -> {
              if (failure == null) {
                return next.apply(PricedBasket.of(basket.lines(), books));
              }
              if (!(GrpcFutures.causeOf(failure) instanceof LocalizedUnavailableException)) {
                return CompletableFuture.<Void>failedFuture(failure);
              }
              showAsSent(ctx, attempt, otherwise);
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
