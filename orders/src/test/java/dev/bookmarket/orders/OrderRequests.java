package dev.bookmarket.orders;

import dev.bookmarket.protobufs.orders.v1.OrderLine;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderRequest;

/** Requests that the service grants, for tests to change. */
public final class OrderRequests {
  /** What must stand in no log. */
  public static final String NAME = "Wilhelmina Xyzzyplugh";

  /** What must stand in no log. */
  public static final String PHONE = "+4915112345678";

  /** What must stand in no log. */
  public static final String ADDRESS = "1 Quuxgasse\n98765 Frobnitz";

  private OrderRequests() {}

  /** A request for two books. */
  public static PlaceOrderRequest.Builder request(String buyerId, String key) {
    return PlaceOrderRequest.newBuilder()
        .setBuyerId(buyerId)
        .setIdempotencyKey(key)
        .setName(NAME)
        .setPhone(PHONE)
        .setAddress(ADDRESS)
        .addLines(line(6, "The Dune Chronicles", 2, 3499))
        .addLines(line(1, "The Maltese Falcon", 1, 1299));
  }

  /** A line of a request. */
  public static OrderLine line(int bookId, String title, int quantity, long unitPriceCents) {
    return OrderLine.newBuilder()
        .setBookId(bookId)
        .setTitle(title)
        .setQuantity(quantity)
        .setUnitPriceCents(unitPriceCents)
        .build();
  }
}
