package dev.bookmarket.marketplace.orders;

import static dev.bookmarket.runtime.RejectedRequestException.Reason.INVALID;
import static dev.bookmarket.runtime.RejectedRequestException.Reason.NOT_FOUND;

import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.marketplace.language.LocalizedException;
import dev.bookmarket.protobufs.orders.v1.GetOrderRequest;
import dev.bookmarket.protobufs.orders.v1.ListOrdersRequest;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc.OrderServiceFutureStub;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderRequest;
import dev.bookmarket.runtime.CallRejection;
import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.Text;
import dev.bookmarket.runtime.client.BackendUnavailableException;
import dev.bookmarket.runtime.client.GrpcFutures;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.stub.ClientCalls;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client of the orders service. All results are required content: a page must show exactly the
 * orders that are stored.
 */
public final class OrdersClient {
  private static final Logger log = LoggerFactory.getLogger(OrdersClient.class);
  private static final String SERVICE = "OrderService";

  /** The maximum length of a title in an order, in Unicode code points. */
  private static final int MAX_TITLE = 500;

  private static final int PAGE_SIZE = 10;

  private final OrderServiceFutureStub orders;

  /** Creates a client that calls through the channel. */
  public OrdersClient(Channel channel) {
    orders = OrderServiceGrpc.newFutureStub(channel);
  }

  /**
   * Places an order, at most one for each key of a visitor; returns the stored order.
   *
   * <p>Fails with {@link RejectedRequestException} if the key belongs to an order with other
   * content or the order breaks a rule of the service; with {@link BackendUnavailableException} if
   * the request was not sent or the service rejected it before it started, so that nothing can be
   * stored; otherwise with {@link UnknownOutcomeException}.
   */
  public CompletableFuture<Order> place(
      String visitor, String key, Delivery delivery, List<OrderLine> lines) {
    var request =
        PlaceOrderRequest.newBuilder()
            .setIdempotencyKey(key)
            .setBuyerId(visitor)
            .setName(delivery.name())
            .setPhone(delivery.phone())
            .setAddress(delivery.address())
            .addAllLines(lines.stream().map(OrdersClient::messageOf).toList())
            .build();
    var tracer = new SentTracer();
    var call =
        ClientCalls.futureUnaryCall(
            orders
                .getChannel()
                .newCall(
                    OrderServiceGrpc.getPlaceOrderMethod(),
                    CallOptions.DEFAULT.withStreamTracerFactory(tracer)),
            request);
    return GrpcFutures.mapFailure(
        GrpcFutures.responseOf(SERVICE, call).thenApply(response -> orderOf(response.getOrder())),
        failure -> failureOf(failure, tracer));
  }

  /** Returns one of the visitor's orders by its number; fails as not found if there is none. */
  public CompletableFuture<Order> order(String visitor, String id) {
    return GrpcFutures.mapRejection(
        get(GetOrderRequest.newBuilder().setBuyerId(visitor).setId(id).build()),
        NOT_FOUND,
        () -> LocalizedException.notFound("error.not-found.order"));
  }

  /** Returns the order that the visitor placed with a key, if there is one. */
  public CompletableFuture<Optional<Order>> orderByKey(String visitor, String key) {
    return GrpcFutures.ifNotFound(
        get(GetOrderRequest.newBuilder().setBuyerId(visitor).setIdempotencyKey(key).build())
            .thenApply(Optional::of),
        Optional.empty());
  }

  /**
   * Returns a page of the visitor's orders, newest first.
   *
   * @param page the token of the page; empty for the first page
   */
  public CompletableFuture<OrdersPage> orders(String visitor, String page) {
    var request =
        ListOrdersRequest.newBuilder()
            .setBuyerId(visitor)
            .setPageSize(PAGE_SIZE)
            .setPageToken(page)
            .build();
    var found =
        GrpcFutures.responseOf(SERVICE, orders.listOrders(request))
            .thenApply(
                response ->
                    new OrdersPage(
                        response.getOrdersList().stream().map(OrdersClient::orderOf).toList(),
                        response.getNextPageToken(),
                        page.isEmpty()));
    return GrpcFutures.mapRejection(
        found, INVALID, () -> LocalizedException.invalid("error.invalid.page"));
  }

  private CompletableFuture<Order> get(GetOrderRequest request) {
    return GrpcFutures.responseOf(SERVICE, orders.getOrder(request))
        .thenApply(response -> orderOf(response.getOrder()));
  }

  private static Throwable failureOf(Throwable cause, SentTracer tracer) {
    if (cause instanceof RejectedRequestException) {
      return cause;
    }
    if (!(cause instanceof BackendUnavailableException)) {
      ErrorLog.log(log, SERVICE, cause);
    }
    return tracer.sent && !CallRejection.isCauseOf(cause)
        ? new UnknownOutcomeException(cause)
        : cause;
  }

  private static dev.bookmarket.protobufs.orders.v1.OrderLine messageOf(OrderLine line) {
    return dev.bookmarket.protobufs.orders.v1.OrderLine.newBuilder()
        .setBookId(line.bookId())
        .setTitle(shortened(line.title()))
        .setQuantity(line.quantity())
        .setUnitPriceCents(line.price().cents())
        .build();
  }

  private static String shortened(String title) {
    return Text.length(title) <= MAX_TITLE
        ? title
        : title.substring(0, title.offsetByCodePoints(0, MAX_TITLE - 1)) + "…";
  }

  private static Order orderOf(dev.bookmarket.protobufs.orders.v1.Order order) {
    return new Order(
        order.getId(),
        order.getIdempotencyKey(),
        new Delivery(order.getName(), order.getPhone(), order.getAddress()),
        order.getLinesList().stream().map(OrdersClient::lineOf).toList(),
        new Money(order.getTotalCents()),
        Instant.ofEpochMilli(order.getPlacedAtMillis()));
  }

  private static OrderLine lineOf(dev.bookmarket.protobufs.orders.v1.OrderLine line) {
    return new OrderLine(
        line.getBookId(), line.getTitle(), line.getQuantity(), new Money(line.getUnitPriceCents()));
  }

  /** Records whether a call was assigned to a connection. If it was not, it was not sent. */
  private static final class SentTracer extends ClientStreamTracer.Factory {
    private volatile boolean sent;

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void streamCreated(Attributes transport, Metadata headers) {
          sent = true;
        }
      };
    }
  }
}
