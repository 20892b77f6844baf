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
 * The orders service on a real socket, which keeps its contract but for the answers that a test has
 * it withhold. At first it works. Safe for concurrent use.
 */
public final class ScriptedOrders implements AutoCloseable {
  private static final long FIRST = 1_800_000_000_000L;

  private final List<Order> orders = new ArrayList<>();
  private final List<PlaceOrderRequest> underWay = new ArrayList<>();
  private final List<PlaceOrderRequest> asked = new ArrayList<>();
  private final List<OrderRequest> amounts = new ArrayList<>();
  private final GrpcServer server;

  private boolean placingHangs;
  private boolean readingHangs;
  private boolean storesAnyway;
  private @Nullable Status failure;
  private @Nullable Status readFailure;

  private ScriptedOrders(ListenAddress listen) {
    server =
        GrpcServer.start(
            new GrpcServerConfig(listen, Duration.ZERO, Duration.ofHours(1)),
            List.of(new Endpoint(), new Amounts()),
            channel -> {});
  }

  /** One on a free port of the loopback. */
  public static ScriptedOrders start() {
    return new ScriptedOrders(ListenAddress.anyFreePort());
  }

  /** One on that port of the loopback. */
  public static ScriptedOrders start(int port) {
    try {
      return new ScriptedOrders(
          new ListenAddress(InetAddress.getByName("127.0.0.1"), port, "no variable"));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** Answers from now on, and has forgotten everything. */
  public synchronized void beginAnew() {
    work();
    orders.clear();
    underWay.clear();
    asked.clear();
    amounts.clear();
  }

  /** Answers from now on. */
  public synchronized void work() {
    placingHangs = false;
    readingHangs = false;
    storesAnyway = false;
    failure = null;
    readFailure = null;
  }

  /** Lets everything from now on wait for ever; what was to be placed is under way. */
  public synchronized void hang() {
    placingHangs = true;
    readingHangs = true;
  }

  /** Lets orders wait for ever from now on, and reads them; what was to be placed is under way. */
  public synchronized void hangWhenPlacing() {
    placingHangs = true;
  }

  /** Stores what is placed from now on, but never says so. */
  public synchronized void storeWithoutAnAnswer() {
    storesAnyway = true;
    placingHangs = true;
  }

  /** Fails every order from now on with that status, stored or not. */
  public synchronized void failPlacing(Status status, boolean stored) {
    failure = status;
    storesAnyway = stored;
  }

  /** Fails every look-up from now on with that status. */
  public synchronized void failReading(Status status) {
    readFailure = status;
  }

  /** Has all that is under way arrive at last; first come, first served. */
  public synchronized void land() {
    underWay.forEach(
        request -> {
          if (byKey(request.getBuyerId(), request.getIdempotencyKey()).isEmpty()) {
            orders.add(orderOf(request));
          }
        });
    underWay.clear();
  }

  /** What is stored, oldest first. */
  public synchronized List<Order> stored() {
    return List.copyOf(orders);
  }

  /** Every attempt to place an order that has arrived so far. */
  public synchronized List<PlaceOrderRequest> asked() {
    return List.copyOf(asked);
  }

  /** Every attempt to place an amount that has arrived so far. */
  public synchronized List<OrderRequest> amounts() {
    return List.copyOf(amounts);
  }

  @Override
  public void close() {
    server.close();
  }

  private synchronized Optional<Status> amount(OrderRequest request) {
    amounts.add(request);
    return Optional.ofNullable(failure);
  }

  private synchronized @Nullable PlaceOrderResponse place(PlaceOrderRequest request) {
    asked.add(request);
    if (placingHangs && !storesAnyway) {
      underWay.add(request);
      return null;
    }
    if (failure != null && !storesAnyway) {
      throw failure.asRuntimeException();
    }
    var there = byKey(request.getBuyerId(), request.getIdempotencyKey());
    if (there.isPresent() && !sameContent(there.get(), request)) {
      throw RejectedRequestException.alreadyExists(
          "The key has been used for an order with other content");
    }
    var order = there.orElseGet(() -> orderOf(request));
    if (there.isEmpty()) {
      orders.add(order);
    }
    if (failure != null) {
      throw failure.asRuntimeException();
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
    var theirs = new ArrayList<Order>();
    orders.stream()
        .filter(order -> order.getBuyerId().equals(request.getBuyerId()))
        .forEach(order -> theirs.add(0, order));
    int end = Math.min(offset + request.getPageSize(), theirs.size());
    return ListOrdersResponse.newBuilder()
        .addAllOrders(theirs.subList(Math.min(offset, end), end))
        .setNextPageToken(end < theirs.size() ? "after-" + end : "")
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
        .setPlacedAtMillis(FIRST + 60_000L * number)
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

  /** The tutorial's way to order. */
  private final class Amounts extends OrderHandlerImplBase {
    @Override
    public void createOrder(OrderRequest request, StreamObserver<JSONResponse> reply) {
      var status = amount(request);
      if (status.isPresent()) {
        reply.onError(status.get().asRuntimeException());
        return;
      }
      reply.onNext(JSONResponse.newBuilder().setRstString("{\"ret\":\"OK\"}").build());
      reply.onCompleted();
    }
  }

  private final class Endpoint extends OrderServiceImplBase {
    @Override
    public void placeOrder(PlaceOrderRequest request, StreamObserver<PlaceOrderResponse> reply) {
      answer(reply, () -> place(request));
    }

    @Override
    public void getOrder(GetOrderRequest request, StreamObserver<GetOrderResponse> reply) {
      answer(reply, () -> get(request));
    }

    @Override
    public void listOrders(ListOrdersRequest request, StreamObserver<ListOrdersResponse> reply) {
      answer(reply, () -> list(request));
    }

    private <A> void answer(StreamObserver<A> reply, Supplier<@Nullable A> work) {
      try {
        var answer = work.get();
        if (answer != null) {
          reply.onNext(answer);
          reply.onCompleted();
        }
      } catch (StatusRuntimeException failed) {
        reply.onError(failed);
      }
    }
  }
}
