package dev.bookmarket.marketplace;

import dev.bookmarket.protobufs.order.JSONResponse;
import dev.bookmarket.protobufs.order.OrderHandlerGrpc.OrderHandlerImplBase;
import dev.bookmarket.protobufs.order.OrderRequest;
import dev.bookmarket.protobufs.orders.v1.GetOrderRequest;
import dev.bookmarket.protobufs.orders.v1.GetOrderResponse;
import dev.bookmarket.protobufs.orders.v1.ListOrdersRequest;
import dev.bookmarket.protobufs.orders.v1.ListOrdersResponse;
import dev.bookmarket.protobufs.orders.v1.Order;
import dev.bookmarket.protobufs.orders.v1.OrderLine;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc.OrderServiceImplBase;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderRequest;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderResponse;
import dev.bookmarket.runtime.CallRejection;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.server.GrpcServerConfig;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An orders service on a real socket that follows its contract, except for the failures that a test
 * configures. At first it works. Safe for concurrent use.
 */
public final class ScriptedOrders implements AutoCloseable {
  private static final long START_MILLIS = 1_800_000_000_000L;

  private final List<Order> orders = new ArrayList<>();
  private final List<PlaceOrderRequest> pending = new ArrayList<>();
  private final List<PlaceOrderRequest> placeRequests = new ArrayList<>();
  private final List<OrderRequest> amounts = new ArrayList<>();
  private final GrpcServer server;

  private boolean placingHangs;
  private boolean readingHangs;
  private boolean storesOnFailure;
  private @Nullable StatusRuntimeException failure;
  private @Nullable Status readFailure;

  private ScriptedOrders(ListenAddress listen) {
    server =
        GrpcServer.start(
            new GrpcServerConfig(listen, Duration.ZERO, Duration.ofHours(1)),
            List.of(new Endpoint(), new AmountEndpoint()),
            channel -> {});
  }

  /** Starts the service on a free port of the loopback. */
  public static ScriptedOrders start() {
    return new ScriptedOrders(ListenAddress.anyFreePort());
  }

  /** Starts the service on a port of the loopback. */
  public static ScriptedOrders start(int port) {
    try {
      return new ScriptedOrders(
          new ListenAddress(InetAddress.getByName("127.0.0.1"), port, "no variable"));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the port of the service. */
  public int port() {
    return server.port();
  }

  /** Deletes all orders and requests, and responds to all further calls. */
  public synchronized void reset() {
    work();
    orders.clear();
    pending.clear();
    placeRequests.clear();
    amounts.clear();
  }

  /** Responds to all further calls. */
  public synchronized void work() {
    placingHangs = false;
    readingHangs = false;
    storesOnFailure = false;
    failure = null;
    readFailure = null;
  }

  /** Does not respond to further calls; orders to be placed become pending. */
  public synchronized void hang() {
    placingHangs = true;
    readingHangs = true;
  }

  /** Does not respond to further orders, which become pending; responds to reads. */
  public synchronized void hangPlacing() {
    placingHangs = true;
  }

  /** Stores further orders without a response. */
  public synchronized void storeWithoutResponse() {
    storesOnFailure = true;
    placingHangs = true;
  }

  /** Fails further orders with this status, and stores them or not. */
  public synchronized void failPlacing(Status status, boolean stored) {
    failure = status.asRuntimeException();
    storesOnFailure = stored;
  }

  /** Rejects further orders because of overload. */
  public synchronized void rejectPlacing() {
    failure = CallRejection.STATUS.asRuntimeException(CallRejection.trailers());
  }

  /** Fails further reads with this status. */
  public synchronized void failReading(Status status) {
    readFailure = status;
  }

  /** Stores all pending orders; the first one with a key wins. */
  public synchronized void storePending() {
    pending.forEach(
        request -> {
          if (byKey(request.getBuyerId(), request.getIdempotencyKey()).isEmpty()) {
            orders.add(orderOf(request));
          }
        });
    pending.clear();
  }

  /** Returns the stored orders, oldest first. */
  public synchronized List<Order> stored() {
    return List.copyOf(orders);
  }

  /** Returns all requests to place an order received so far, including retries. */
  public synchronized List<PlaceOrderRequest> placeRequests() {
    return List.copyOf(placeRequests);
  }

  /** Returns all requests of the tutorial's RPC received so far. */
  public synchronized List<OrderRequest> amounts() {
    return List.copyOf(amounts);
  }

  @Override
  public void close() {
    server.close();
  }

  private synchronized Optional<StatusRuntimeException> amount(OrderRequest request) {
    amounts.add(request);
    return Optional.ofNullable(failure);
  }

  private synchronized @Nullable PlaceOrderResponse place(PlaceOrderRequest request) {
    placeRequests.add(request);
    if (placingHangs && !storesOnFailure) {
      pending.add(request);
      return null;
    }
    if (failure != null && !storesOnFailure) {
      throw failure;
    }
    var existing = byKey(request.getBuyerId(), request.getIdempotencyKey());
    if (existing.isPresent() && !sameContent(existing.get(), request)) {
      throw RejectedRequestException.alreadyExists(
          "The key has been used for an order with other content");
    }
    var order = existing.orElseGet(() -> orderOf(request));
    if (existing.isEmpty()) {
      orders.add(order);
    }
    if (failure != null) {
      throw failure;
    }
    return placingHangs ? null : PlaceOrderResponse.newBuilder().setOrder(order).build();
  }

  private synchronized @Nullable GetOrderResponse get(GetOrderRequest request) {
    if (readFailure != null) {
      throw readFailure.asRuntimeException();
    }
    if (readingHangs) {
      return null;
    }
    var order =
        request.hasId()
            ? first(request.getBuyerId(), candidate -> candidate.getId().equals(request.getId()))
            : byKey(request.getBuyerId(), request.getIdempotencyKey());
    return GetOrderResponse.newBuilder()
        .setOrder(order.orElseThrow(() -> RejectedRequestException.notFound("Order not found")))
        .build();
  }

  private synchronized @Nullable ListOrdersResponse list(ListOrdersRequest request) {
    if (readFailure != null) {
      throw readFailure.asRuntimeException();
    }
    if (readingHangs) {
      return null;
    }
    int offset = 0;
    if (!request.getPageToken().isEmpty()) {
      if (!request.getPageToken().matches("after-\\d{1,4}")) {
        throw RejectedRequestException.invalid("page_token is not one of this buyer's lists");
      }
      offset = Integer.parseInt(request.getPageToken().substring(6));
    }
    var ofBuyer = new ArrayList<Order>();
    orders.stream()
        .filter(order -> order.getBuyerId().equals(request.getBuyerId()))
        .forEach(order -> ofBuyer.add(0, order));
    int end = Math.min(offset + request.getPageSize(), ofBuyer.size());
    return ListOrdersResponse.newBuilder()
        .addAllOrders(ofBuyer.subList(Math.min(offset, end), end))
        .setNextPageToken(end < ofBuyer.size() ? "after-" + end : "")
        .build();
  }

  private Optional<Order> byKey(String buyer, String key) {
    return first(buyer, order -> order.getIdempotencyKey().equals(key));
  }

  private Optional<Order> first(String buyer, Predicate<Order> condition) {
    return orders.stream()
        .filter(order -> order.getBuyerId().equals(buyer))
        .filter(condition)
        .findFirst();
  }

  private Order orderOf(PlaceOrderRequest request) {
    int number = orders.size() + 1;
    return Order.newBuilder()
        .setId("order" + number)
        .setIdempotencyKey(request.getIdempotencyKey())
        .setBuyerId(request.getBuyerId())
        .setName(request.getName())
        .setPhone(request.getPhone())
        .setAddress(request.getAddress())
        .addAllLines(request.getLinesList())
        .setTotalCents(request.getLinesList().stream().mapToLong(ScriptedOrders::sumOf).sum())
        .setPlacedAtMillis(START_MILLIS + 60_000L * number)
        .build();
  }

  private static long sumOf(OrderLine line) {
    return line.getUnitPriceCents() * line.getQuantity();
  }

  private static boolean sameContent(Order order, PlaceOrderRequest request) {
    return order.getName().equals(request.getName())
        && order.getPhone().equals(request.getPhone())
        && order.getAddress().equals(request.getAddress())
        && order.getLinesList().equals(request.getLinesList());
  }

  /** The RPC of the tutorial, with which a client orders an amount. */
  private final class AmountEndpoint extends OrderHandlerImplBase {
    @Override
    public void createOrder(OrderRequest request, StreamObserver<JSONResponse> reply) {
      var status = amount(request);
      if (status.isPresent()) {
        reply.onError(status.get());
        return;
      }
      reply.onNext(JSONResponse.newBuilder().setRstString("{\"ret\":\"OK\"}").build());
      reply.onCompleted();
    }
  }

  private final class Endpoint extends OrderServiceImplBase {
    @Override
    public void placeOrder(PlaceOrderRequest request, StreamObserver<PlaceOrderResponse> reply) {
      respond(reply, () -> place(request));
    }

    @Override
    public void getOrder(GetOrderRequest request, StreamObserver<GetOrderResponse> reply) {
      respond(reply, () -> get(request));
    }

    @Override
    public void listOrders(ListOrdersRequest request, StreamObserver<ListOrdersResponse> reply) {
      respond(reply, () -> list(request));
    }

    private <A> void respond(StreamObserver<A> reply, Supplier<@Nullable A> work) {
      try {
        var response = work.get();
        if (response != null) {
          reply.onNext(response);
          reply.onCompleted();
        }
      } catch (StatusRuntimeException failed) {
        reply.onError(failed);
      }
    }
  }
}
