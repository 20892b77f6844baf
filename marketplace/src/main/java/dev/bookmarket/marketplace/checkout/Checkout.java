package dev.bookmarket.marketplace.checkout;

import dev.bookmarket.marketplace.basket.Basket;
import dev.bookmarket.marketplace.basket.PricedBasket;
import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.language.LocalizedException;
import dev.bookmarket.marketplace.orders.Order;
import dev.bookmarket.marketplace.orders.OrderNotice;
import dev.bookmarket.marketplace.orders.OrdersClient;
import dev.bookmarket.marketplace.orders.UnknownOutcomeException;
import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.client.BackendUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Places the orders of visitors, each at most once. Blocks until the backends respond or the
 * deadlines of the calls expire. Safe for concurrent use.
 */
public record Checkout(CatalogueClient catalogue, OrdersClient orders) {
  /**
   * Places the order that the form showed, or returns why it was not placed.
   *
   * @throws LocalizedException 503 if the orders service is unavailable and the form cannot be
   *     shown again
   */
  Outcome place(CheckoutAttempt attempt) {
    if (attempt.visitor().isEmpty()) {
      // Without the visitor's id, a second submission could not be recognized as such.
      return showFormAtCurrentPrices(
          attempt,
          attempt.hasLostCookie() ? CheckoutNotice.COOKIE_LOST : CheckoutNotice.NEW_VISITOR);
    }
    var visitor = attempt.visitor().get();
    if (attempt.mayBeOrdered()) {
      try {
        var earlier = await(orders.orderByKey(visitor, attempt.key()));
        if (earlier.isPresent()) {
          return placed(attempt, earlier.get());
        }
      } catch (BackendUnavailableException e) {
        // The form would show the current basket, so it must be the one that was submitted.
        if (attempt.basket().isEmpty() || !attempt.isOfCurrentBasket()) {
          throw LocalizedException.unavailable(
              "error.unavailable.OrderService", "error.orders.nothing-sent");
        }
        return showFormAtCurrentPrices(attempt, CheckoutNotice.OUTCOME_UNKNOWN);
      }
    }
    var priced = currentPrices(attempt);
    return priced.isPresent()
        ? place(attempt, visitor, priced.get())
        : showFormAsSent(attempt, CheckoutNotice.CATALOGUE_UNAVAILABLE);
  }

  /** Returns the outcome of an attempt that was not made because of too many others. */
  Outcome reject(CheckoutAttempt attempt) {
    return showFormAsSent(attempt, notSent(attempt));
  }

  private Outcome place(CheckoutAttempt attempt, String visitor, PricedBasket priced) {
    if (!attempt.showedCurrentBasket()) {
      return showForm(attempt, priced, CheckoutNotice.BASKET_CHANGED);
    }
    if (priced.hasChangedPrices()) {
      return showForm(attempt, priced, CheckoutNotice.PRICES_CHANGED);
    }
    if (!priced.isOrderable() || !attempt.form().errors().isEmpty()) {
      return showForm(attempt, priced);
    }
    var delivery = attempt.form().delivery();
    try {
      var order = await(orders.place(visitor, attempt.key(), delivery, priced.toOrderLines()));
      return placed(attempt, order);
    } catch (UnknownOutcomeException e) {
      return outcomeUnknown(attempt, priced);
    } catch (BackendUnavailableException e) {
      return showForm(attempt, priced, notSent(attempt));
    } catch (RejectedRequestException e) {
      if (e.reason() != RejectedRequestException.Reason.ALREADY_EXISTS) {
        throw e;
      }
      var stored = orders.orderByKey(visitor, attempt.key());
      return await(stored.exceptionally(failure -> Optional.empty()))
          .map(order -> placed(attempt, order))
          .orElseGet(() -> outcomeUnknown(attempt, priced));
    }
  }

  /** Returns the notice for an attempt that was not sent; an earlier one may have been stored. */
  private static CheckoutNotice notSent(CheckoutAttempt attempt) {
    return attempt.visitor().isPresent() && attempt.mayBeOrdered()
        ? CheckoutNotice.OUTCOME_UNKNOWN
        : CheckoutNotice.NOT_PLACED;
  }

  private static Outcome placed(CheckoutAttempt attempt, Order order) {
    return new Outcome.Placed(
        order,
        attempt.isFor(order)
            ? OrderNotice.PLACED
            : OrderNotice.alreadyPlaced(attempt.basket().after(order).isEmpty()));
  }

  private static Outcome outcomeUnknown(CheckoutAttempt attempt, PricedBasket priced) {
    return new Outcome.ShowForm(
        page(attempt, priced, CheckoutNotice.OUTCOME_UNKNOWN),
        Optional.of(attempt.basket().withPendingOrder()));
  }

  /** Returns the form with current prices, or as it was sent if the catalogue is unavailable. */
  private Outcome showFormAtCurrentPrices(CheckoutAttempt attempt, CheckoutNotice notice) {
    return currentPrices(attempt)
        .map(priced -> showForm(attempt, priced, notice))
        .orElseGet(() -> showFormAsSent(attempt, CheckoutNotice.CATALOGUE_UNAVAILABLE));
  }

  private static Outcome showForm(
      CheckoutAttempt attempt, PricedBasket priced, CheckoutNotice... notices) {
    if (!priced.isOrderable()) {
      return new Outcome.BasketNotOrderable();
    }
    var page = page(attempt, priced, notices);
    return new Outcome.ShowForm(
        page, priced.hasChangedPrices() ? Optional.of(page.basket()) : Optional.empty());
  }

  private static CheckoutPage page(
      CheckoutAttempt attempt, PricedBasket priced, CheckoutNotice... notices) {
    return new CheckoutPage(
        attempt.basket().withLastSeenPrices(priced.prices()),
        Optional.of(priced),
        attempt.form(),
        attempt.form().errors(),
        List.of(notices));
  }

  /** Returns the form with the lines and prices that it showed before, without their titles. */
  private static Outcome showFormAsSent(CheckoutAttempt attempt, CheckoutNotice notice) {
    var page =
        new CheckoutPage(
            new Basket(attempt.key(), attempt.basket().hasPendingOrder(), attempt.shown()),
            Optional.empty(),
            attempt.form(),
            attempt.form().errors(),
            attempt.hasLostCookie()
                ? List.of(notice, CheckoutNotice.COOKIE_LOST)
                : List.of(notice));
    return new Outcome.ShowForm(page, Optional.empty());
  }

  /** Returns the current prices; empty if the catalogue is unavailable. */
  private Optional<PricedBasket> currentPrices(CheckoutAttempt attempt) {
    var basket = attempt.basketAtShownPrices();
    try {
      return Optional.of(basket.withCurrentPrices(await(catalogue.booksOf(basket.bookIds()))));
    } catch (BackendUnavailableException e) {
      return Optional.empty();
    }
  }

  private static <T> T await(CompletableFuture<T> response) {
    try {
      return response.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
