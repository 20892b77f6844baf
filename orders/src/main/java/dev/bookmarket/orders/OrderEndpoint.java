package dev.bookmarket.orders;

import dev.bookmarket.protobufs.orders.v1.GetOrderRequest;
import dev.bookmarket.protobufs.orders.v1.GetOrderResponse;
import dev.bookmarket.protobufs.orders.v1.ListOrdersRequest;
import dev.bookmarket.protobufs.orders.v1.ListOrdersResponse;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc.OrderServiceImplBase;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderRequest;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderResponse;
import dev.bookmarket.runtime.RejectedRequestException;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;

/** Serves {@code OrderService}: converts between its messages and the {@link Orders}. */
final class OrderEndpoint extends OrderServiceImplBase {
  private final Orders orders;

  OrderEndpoint(Orders orders) {
    this.orders = orders;
  }

  /** Calls the reads a few times, so that the first caller does not wait for a cold JVM. */
  static void warmUp(Channel channel) {
    var orders = OrderServiceGrpc.newBlockingStub(channel);
    var list = ListOrdersRequest.newBuilder().setBuyerId("warm-up").build();
    var get = GetOrderRequest.newBuilder().setBuyerId("warm-up").setIdempotencyKey("none").build();
    for (int round = 0; round < 4; round++) {
      orders.listOrders(list);
      try {
        orders.getOrder(get);
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
          throw e;
        }
      }
    }
  }

  @Override
  public void placeOrder(PlaceOrderRequest request, StreamObserver<PlaceOrderResponse> reply) {
    var order = orders.place(purchaseOf(request));
    reply.onNext(PlaceOrderResponse.newBuilder().setOrder(messageOf(order)).build());
    reply.onCompleted();
  }

  @Override
  public void getOrder(GetOrderRequest request, StreamObserver<GetOrderResponse> reply) {
    var order =
        switch (request.getOrderCase()) {
          case ID -> orders.byId(request.getBuyerId(), request.getId());
          case IDEMPOTENCY_KEY -> orders.byKey(request.getBuyerId(), request.getIdempotencyKey());
          case ORDER_NOT_SET ->
              throw RejectedRequestException.invalid("id or idempotency_key must be given");
        };
    reply.onNext(GetOrderResponse.newBuilder().setOrder(messageOf(order)).build());
    reply.onCompleted();
  }

  @Override
  public void listOrders(ListOrdersRequest request, StreamObserver<ListOrdersResponse> reply) {
    var page = orders.page(request.getBuyerId(), request.getPageSize(), request.getPageToken());
    var response = ListOrdersResponse.newBuilder().setNextPageToken(page.nextToken());
    page.orders().forEach(order -> response.addOrders(messageOf(order)));
    reply.onNext(response.build());
    reply.onCompleted();
  }

  private static Purchase purchaseOf(PlaceOrderRequest request) {
    return Purchase.ofBooks(
        request.getBuyerId(),
        request.getIdempotencyKey(),
        new Recipient(request.getName(), request.getPhone(), request.getAddress()),
        request.getLinesList().stream().map(OrderEndpoint::lineOf).toList());
  }

  private static OrderLine lineOf(dev.bookmarket.protobufs.orders.v1.OrderLine line) {
    return new OrderLine(
        line.getBookId(), line.getTitle(), line.getQuantity(), line.getUnitPriceCents());
  }

  private static dev.bookmarket.protobufs.orders.v1.Order messageOf(Order order) {
    var purchase = order.purchase();
    var message =
        dev.bookmarket.protobufs.orders.v1.Order.newBuilder()
            .setId(order.id())
            .setIdempotencyKey(purchase.key())
            .setBuyerId(purchase.buyerId())
            .setName(purchase.recipient().name())
            .setPhone(purchase.recipient().phone())
            .setAddress(purchase.recipient().address())
            .setTotalCents(purchase.totalCents())
            .setPlacedAtMillis(order.placedAt().toEpochMilli());
    for (var line : purchase.lines()) {
      message
          .addLinesBuilder()
          .setBookId(line.bookId())
          .setTitle(line.title())
          .setQuantity(line.quantity())
          .setUnitPriceCents(line.unitPriceCents());
    }
    return message.build();
  }
}
