package dev.bookmarket.orders;

import dev.bookmarket.runtime.RejectedRequestException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All orders of the shop. Orders never change after they are placed. Safe for concurrent use. */
public final class Orders {
  /** The page size if the client does not specify one. */
  static final int DEFAULT_PAGE = 20;

  /** The maximum page size. */
  static final int MAX_PAGE = 100;

  /** Limits the size of a page, which must fit into a gRPC message of 4 MiB. */
  private static final int MAX_PAGE_BYTES = 3_000_000;

  /**
   * How many orders one query reads. The result of a query has up to 50 rows for each order, which
   * repeat the address: 100 of the longest orders would need more than 20 MB.
   */
  private static final int MAX_READ = 25;

  private final OrderStore store;
  private final InstantSource clock;

  /**
   * One page of a buyer's orders.
   *
   * @param orders newest first
   * @param nextToken the token of the next page; empty on the last page
   */
  public record Page(List<Order> orders, String nextToken) {}

  /** Creates a service that stores orders in the store, with the time of the clock. */
  public Orders(OrderStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Stores an order durably. Returns the existing order if the buyer has already placed the same
   * purchase with the same key.
   *
   * @throws RejectedRequestException ALREADY_EXISTS if the buyer has used the key for another
   *     purchase
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
   * Returns the buyer's order with that id.
   *
   * @throws RejectedRequestException NOT_FOUND if the buyer has no such order; INVALID if the buyer
   *     id is empty
   */
  public Order byId(String buyerId, String id) {
    boolean searchable = isBuyer(buyerId) && OrderId.isValid(id);
    return found(searchable ? store.byId(buyerId, id) : Optional.empty());
  }

  /**
   * Returns the buyer's order with that idempotency key.
   *
   * @throws RejectedRequestException NOT_FOUND if the buyer has no such order; INVALID if the buyer
   *     id is empty
   */
  public Order byKey(String buyerId, String key) {
    boolean searchable = isBuyer(buyerId) && Purchase.isClientId(key);
    return found(searchable ? store.byKey(buyerId, key) : Optional.empty());
  }

  /**
   * Returns one page of the buyer's orders, newest first.
   *
   * @param size the maximum number of orders, 0 or more; 0 means {@link #DEFAULT_PAGE}, and values
   *     above {@link #MAX_PAGE} mean {@link #MAX_PAGE}
   * @param token a token of this buyer's list, or empty for the first page
   * @throws RejectedRequestException INVALID if the buyer id is empty, the size is negative or the
   *     token does not belong to this buyer's list
   */
  public Page page(String buyerId, int size, String token) {
    if (size < 0) {
      throw RejectedRequestException.invalid("page_size must be 0 or more, but is " + size);
    }
    boolean searchable = isBuyer(buyerId);
    var after = token.isEmpty() ? OrderCursor.FIRST : OrderCursor.fromToken(token, buyerId);
    int limit = size == 0 ? DEFAULT_PAGE : Math.min(size, MAX_PAGE);
    // One more order than the page has shows whether there is a next page.
    var orders = searchable ? newest(buyerId, after, limit + 1) : List.<Order>of();
    int count = countOnPage(orders, limit);
    return new Page(
        orders.subList(0, count),
        count < orders.size() ? OrderCursor.of(orders.get(count - 1)).toToken(buyerId) : "");
  }

  /** Returns the buyer's orders after a position, newest first; fewer if they fill a page. */
  private List<Order> newest(String buyerId, OrderCursor after, int limit) {
    var orders = new ArrayList<Order>();
    var next = after;
    while (orders.size() < limit && countOnPage(orders, limit) == orders.size()) {
      int size = Math.min(limit - orders.size(), MAX_READ);
      var read = store.newest(buyerId, next, size);
      orders.addAll(read);
      if (read.size() < size) {
        break;
      }
      next = OrderCursor.of(read.get(size - 1));
    }
    return orders;
  }

  private static Order found(Optional<Order> order) {
    return order.orElseThrow(() -> RejectedRequestException.notFound("Order not found"));
  }

  /**
   * Returns whether the buyer id is valid; buyers with other ids have no orders. Prevents queries
   * for texts that PostgreSQL rejects.
   */
  private static boolean isBuyer(String buyerId) {
    if (buyerId.isEmpty()) {
      throw RejectedRequestException.invalid("buyer_id must not be empty");
    }
    return Purchase.isClientId(buyerId);
  }

  /** Returns how many orders fit on a page: at least one, if there is one. */
  private static int countOnPage(List<Order> orders, int limit) {
    int count = 0;
    long bytes = 0;
    for (var order : orders) {
      bytes += maxBytesOf(order);
      if (count == limit || (count > 0 && bytes > MAX_PAGE_BYTES)) {
        break;
      }
      count++;
    }
    return count;
  }

  /** Returns an upper bound for the size of the order's message: 3 bytes for each UTF-16 unit. */
  private static long maxBytesOf(Order order) {
    var recipient = order.purchase().recipient();
    long units = recipient.name().length() + recipient.address().length();
    for (var line : order.purchase().lines()) {
      units += 12 + line.title().length();
    }
    return 300 + 3 * units;
  }
}
