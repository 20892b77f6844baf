package dev.bookmarket.orders;

import dev.bookmarket.protobufs.orders.v1.OrderLine;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderRequest;

/** Creates valid requests, which tests can modify. */
public final class OrderRequests {
  /** Personal data, which must not be logged. */
  public static final String NAME = "Wilhelmina Xyzzyplugh";

  /** Personal data, which must not be logged. */
  public static final String PHONE = "+4915112345678";

  /** Personal data, which must not be logged. */
  public static final String ADDRESS = "1 Quuxgasse\n98765 Frobnitz";

  private OrderRequests() {}

  /** Returns a request for two books. */
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

  /** Returns a line of a request. */
  public static OrderLine line(int bookId, String title, int quantity, long unitPriceCents) {
    return OrderLine.newBuilder()
        .setBookId(bookId)
        .setTitle(title)
        .setQuantity(quantity)
        .setUnitPriceCents(unitPriceCents)
        .build();
  }
}
