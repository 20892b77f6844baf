package dev.bookmarket.orders;

import dev.bookmarket.runtime.RejectedRequestException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All orders of the shop: placed once, never changed. Safe for concurrent use. */
public final class Orders {
  /** How many orders a page has where the caller does not say. */
  static final int DEFAULT_PAGE = 20;

  /** The most orders that a page has, however many the caller wants. */
  static final int MAX_PAGE = 100;

  /** What a page may weigh, so that a gRPC message of 4 MiB holds it. */
  private static final int MAX_WEIGHT = 3_000_000;

  private final OrderStore store;
  private final InstantSource clock;

  /**
   * One page of a buyer's orders.
   *
   * @param orders newest first
   * @param nextToken the token of the next page; empty on the last one
   */
  public record Page(List<Order> orders, String nextToken) {
    /** A page of these orders. */
    public Page {
      orders = List.copyOf(orders);
    }
  }

  /** The orders in a store. */
  public Orders(OrderStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Stores an order durably, once for the buyer's key: the same purchase again answers with the
   * order that there is.
   *
   * @throws RejectedRequestException ALREADY_EXISTS if the key stands for another purchase
   */
  public Order place(Purchase purchase) {
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var stored = store.put(new Order(OrderId.next(), purchase, now));
    if (!stored.purchase().equals(purchase)) {
      throw RejectedRequestException.alreadyExists(
          "idempotency_key stands for an order with other content: a new order needs a new key");
    }
    return stored;
  }

  /**
   * The buyer's order with that number.
   *
   * @throws RejectedRequestException NOT_FOUND if there is none, or if it is somebody else's;
   *     INVALID if the buyer is empty
   */
  public Order byId(String buyerId, String id) {
    return found(canHaveOrders(buyerId) && OrderId.isValid(id), () -> store.byId(buyerId, id));
  }

  /**
   * The buyer's order that was placed with that key.
   *
   * @throws RejectedRequestException NOT_FOUND if there is none; INVALID if the buyer is empty
   */
  public Order byKey(String buyerId, String key) {
    return found(
        canHaveOrders(buyerId) && Purchase.isNameOfACaller(key), () -> store.byKey(buyerId, key));
  }

  /**
   * One page of the buyer's orders, newest first.
   *
   * @param size the most orders wanted, 0 or more; 0 means {@link #DEFAULT_PAGE}, and more than
   *     {@link #MAX_PAGE} means that
   * @param token a token of this buyer's list, or empty for the first page
   * @throws RejectedRequestException INVALID if the buyer is empty, the size is negative or the
   *     token is none of the buyer's
   */
  public Page page(String buyerId, int size, String token) {
    if (size < 0) {
      throw RejectedRequestException.invalid("page_size must be 0 or more, but is " + size);
    }
    int wanted = size == 0 ? DEFAULT_PAGE : Math.min(size, MAX_PAGE);
    if (!canHaveOrders(buyerId)) {
      if (!token.isEmpty()) {
        OrderPosition.fromToken(token, buyerId);
      }
      return new Page(List.of(), "");
    }
    var after = token.isEmpty() ? OrderPosition.FIRST : OrderPosition.fromToken(token, buyerId);
    // One more than wanted tells whether there is a next page.
    var orders = store.newest(buyerId, after, wanted + 1);
    var page = notTooHeavy(orders.subList(0, Math.min(wanted, orders.size())));
    return new Page(
        page,
        page.size() < orders.size()
            ? OrderPosition.of(page.get(page.size() - 1)).toToken(buyerId)
            : "");
  }

  private interface Search {
    Optional<Order> run();
  }

  /** A name that no buyer may have is not worth a search, and not every database takes it. */
  private static Order found(boolean worthIt, Search search) {
    return (worthIt ? search.run() : Optional.<Order>empty())
        .orElseThrow(() -> RejectedRequestException.notFound("Order not found"));
  }

  private static boolean canHaveOrders(String buyerId) {
    if (buyerId.isEmpty()) {
      throw RejectedRequestException.invalid("buyer_id must not be empty");
    }
    return Purchase.isNameOfACaller(buyerId);
  }

  private static List<Order> notTooHeavy(List<Order> orders) {
    var page = new ArrayList<Order>();
    long weight = 0;
    for (var order : orders) {
      weight += weightOf(order);
      if (weight > MAX_WEIGHT && !page.isEmpty()) {
        break;
      }
      page.add(order);
    }
    return page;
  }

  /** Not less than the bytes of its message: three for each UTF-16 unit, and the numbers. */
  private static long weightOf(Order order) {
    var recipient = order.purchase().recipient();
    long units = recipient.name().length() + recipient.address().length();
    for (var line : order.purchase().lines()) {
      units += 12 + line.title().length();
    }
    return 300 + 3 * units;
  }
}
