package dev.bookmarket.orders;

import com.google.gson.JsonObject;
import dev.bookmarket.protobufs.order.JSONResponse;
import dev.bookmarket.protobufs.order.OrderHandlerGrpc.OrderHandlerImplBase;
import dev.bookmarket.protobufs.order.OrderRequest;
import dev.bookmarket.runtime.RejectedRequestException;
import io.grpc.stub.StreamObserver;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * Serves the tutorial's {@code OrderHandler}: converts between its messages and the {@link Orders}.
 */
final class OrderHandlerEndpoint extends OrderHandlerImplBase {
  /** The buyer of all orders of this contract, whose requests do not identify a buyer. */
  static final String BUYER = "order.OrderHandler";

  private static final String KEY = "idempotency_key";

  private static final Pattern PRICE = Pattern.compile("[0-9]{1,16}(\\.[0-9]{1,2})?");

  private final Orders orders;

  OrderHandlerEndpoint(Orders orders) {
    this.orders = orders;
  }

  @Override
  public void createOrder(OrderRequest request, StreamObserver<JSONResponse> reply) {
    var key = request.getRequestArgOrDefault(KEY, OrderId.next());
    var purchase = Purchase.ofAmount(BUYER, key, request.getPhone(), centsOf(request.getPrice()));
    var response = new JsonObject();
    response.addProperty("ret", "OK");
    response.addProperty("order_id", orders.place(purchase).id());
    reply.onNext(JSONResponse.newBuilder().setRstString(response.toString()).build());
    reply.onCompleted();
  }

  private static long centsOf(String price) {
    if (!PRICE.matcher(price).matches()) {
      throw RejectedRequestException.invalid(
          "price must be a decimal amount with at most two places, such as 49.95");
    }
    return new BigDecimal(price).movePointRight(2).longValueExact();
  }
}
