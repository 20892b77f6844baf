package dev.bookmarket.orders;

import static dev.bookmarket.orders.OrderRequests.line;
import static dev.bookmarket.orders.OrderRequests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bookmarket.protobufs.order.OrderHandlerGrpc;
import dev.bookmarket.protobufs.order.OrderRequest;
import dev.bookmarket.protobufs.orders.v1.GetOrderRequest;
import dev.bookmarket.protobufs.orders.v1.ListOrdersRequest;
import dev.bookmarket.protobufs.orders.v1.ListOrdersResponse;
import dev.bookmarket.protobufs.orders.v1.Order;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc.OrderServiceBlockingStub;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderRequest;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.server.GrpcServerConfig;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.semconv.DbAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that stored orders behave the same in every database; one subclass for each database. */
public abstract class StoredOrders {
  private final List<GrpcServer> servers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final String buyer = "buyer " + UUID.randomUUID();
  private OrderServiceBlockingStub orders = OrderServiceGrpc.newBlockingStub(channelTo(0));

  /** Returns a database, which is the same for all calls within a test. */
  protected abstract DatabaseConfig database();

  @BeforeEach
  void startService() {
    orders = replica();
  }

  @AfterEach
  void stopServices() {
    channels.forEach(ManagedChannel::shutdownNow);
    servers.forEach(GrpcServer::close);
  }

  @Test
  void stores_an_order_as_requested() {
    var before = System.currentTimeMillis();
    var order = place(request(buyer, "k"));

    assertThat(order.getId()).matches("[0-9a-z]{20}");
    assertThat(order.getPlacedAtMillis()).isBetween(before, System.currentTimeMillis());
    assertThat(order)
        .isEqualTo(
            Order.newBuilder()
                .setId(order.getId())
                .setPlacedAtMillis(order.getPlacedAtMillis())
                .setBuyerId(buyer)
                .setIdempotencyKey("k")
                .setName(OrderRequests.NAME)
                .setPhone(OrderRequests.PHONE)
                .setAddress(OrderRequests.ADDRESS)
                .addLines(line(6, "The Dune Chronicles", 2, 3499))
                .addLines(line(1, "The Maltese Falcon", 1, 1299))
                .setTotalCents(2 * 3499 + 1299)
                .build());
    assertThat(byId(buyer, order.getId())).isEqualTo(order);
    assertThat(byKey(buyer, "k")).isEqualTo(order);
  }

  @Test
  void the_trace_of_an_order_shows_its_statements_without_values() {
    try (var telemetry = TestTelemetry.begin()) {
      var order = replica().placeOrder(request(buyer, "k").build()).getOrder();

      var insert = telemetry.span(span -> span.getName().equals("INSERT orders"));
      var server = telemetry.span(span -> span.getName().endsWith("OrderService/PlaceOrder"));
      assertThat(telemetry.childrenOf(server))
          .extracting(SpanData::getName)
          .containsExactly(
              "wait for a connection", "INSERT orders", "INSERT order_lines", "COMMIT");
      assertThat(insert.getAttributes().get(DbAttributes.DB_SYSTEM_NAME))
          .isEqualTo(database() instanceof DatabaseConfig.SqliteFile ? "sqlite" : "postgresql");
      assertThat(insert.getAttributes().get(DbAttributes.DB_QUERY_TEXT)).contains("VALUES (?, ?");
      assertThat(telemetry.spans().toString())
          .doesNotContain(order.getId(), buyer, OrderRequests.NAME, OrderRequests.PHONE);
    }
  }

  @Test
  void an_order_survives_a_restart() {
    var order = place(request(buyer, "k"));
    servers.get(0).close();

    assertThat(byId(replica(), buyer, order.getId())).isEqualTo(order);
  }

  @Test
  void stores_the_largest_order() {
    var largest = request(buyer, "k").clearLines().setName("𝔚".repeat(100));
    largest.setAddress("𝔚".repeat(500)).setPhone("+123456789012345");
    IntStream.rangeClosed(1, 50)
        .forEach(id -> largest.addLines(line(id, "𝔚".repeat(500), 99, 100_000_000)));

    var order = place(largest);

    assertThat(order.getTotalCents()).isEqualTo(50L * 99 * 100_000_000);
    assertThat(byKey(buyer, "k")).isEqualTo(order);
    assertThat(order.getLinesList()).isEqualTo(largest.getLinesList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Robert'); DROP TABLE orders;--",
        ":name ? <x> $1",
        "\ue000\ufffd\u202e\u200bx\\",
        "é"
      })
  void stores_special_characters_unchanged(String text) {
    var special = request(buyer, "k").setName(text).setAddress(text);

    place(special);

    assertThat(byKey(buyer, "k"))
        .extracting(Order::getName, Order::getAddress)
        .containsExactly(text, text);
  }

  @Test
  void repeating_a_request_returns_the_existing_order() {
    var order = place(request(buyer, "k"));

    assertThat(place(request(buyer, "k"))).isEqualTo(order);
    assertThat(list(buyer, 0, "").getOrdersList()).containsExactly(order);
  }

  @Test
  void two_buyers_may_use_the_same_key() {
    var order = place(request(buyer, "k"));

    assertThat(place(request(buyer + "2", "k")).getId()).isNotEqualTo(order.getId());
  }

  @Test
  void rejects_a_used_key_with_any_other_content() {
    var order = place(request(buyer, "k"));
    var others =
        List.of(
            request(buyer, "k").setName("wilhelmina Xyzzyplugh"),
            request(buyer, "k").setPhone("4915112345678"),
            request(buyer, "k").setAddress(OrderRequests.ADDRESS + " "),
            request(buyer, "k").removeLines(1),
            request(buyer, "k").addLines(line(2, "Murder on the Orient Express", 1, 1)),
            request(buyer, "k").setLines(0, line(7, "The Dune Chronicles", 2, 3499)),
            request(buyer, "k").setLines(0, line(6, "The dune Chronicles", 2, 3499)),
            request(buyer, "k").setLines(0, line(6, "The Dune Chronicles", 1, 3499)),
            request(buyer, "k").setLines(0, line(6, "The Dune Chronicles", 2, 3498)),
            swapped(request(buyer, "k")));
    for (var other : others) {
      assertThat(failure(() -> place(other)))
          .as("%s", other)
          .isEqualTo(
              "ALREADY_EXISTS: idempotency_key stands for an order with other content:"
                  + " a new order needs a new key");
    }
    assertThat(list(buyer, 0, "").getOrdersList()).containsExactly(order);
  }

  @Test
  void does_not_find_the_order_of_another_buyer() {
    var order = place(request(buyer, "k"));

    assertThat(failure(() -> byId("another buyer", order.getId())))
        .isEqualTo("NOT_FOUND: Order not found");
    assertThat(failure(() -> byKey("another buyer", "k"))).isEqualTo("NOT_FOUND: Order not found");
    assertThat(list("another buyer", 0, "").getOrdersList()).isEmpty();
  }

  @Test
  void concurrent_requests_with_one_key_create_one_order() throws Exception {
    var second = replica();
    var responses =
        concurrently(
            16,
            i -> (i % 2 == 0 ? orders : second).placeOrder(request(buyer, "k").build()).getOrder());

    assertThat(responses).hasSize(16);
    assertThat(responses.stream().distinct()).hasSize(1);
    assertThat(list(buyer, 0, "").getOrdersList()).containsExactly(responses.get(0));
  }

  @Test
  void concurrent_requests_with_one_key_and_two_contents_create_one_order() throws Exception {
    var second = replica();
    var responses =
        concurrently(
            16,
            i -> {
              var request = request(buyer, "k").setName("name " + i % 2).build();
              try {
                return (i % 2 == 0 ? orders : second).placeOrder(request).getOrder().getName();
              } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
                  throw e;
                }
                return "ALREADY_EXISTS";
              }
            });

    var stored = byKey(buyer, "k").getName();
    assertThat(responses).filteredOn(stored::equals).hasSize(8);
    assertThat(responses).filteredOn("ALREADY_EXISTS"::equals).hasSize(8);
    assertThat(list(buyer, 0, "").getOrdersList()).hasSize(1);
  }

  @Test
  void concurrent_requests_with_different_keys_create_different_orders() throws Exception {
    var second = replica();
    var responses =
        concurrently(
            32,
            i ->
                (i % 2 == 0 ? orders : second)
                    .placeOrder(request(buyer, "k" + i).build())
                    .getOrder()
                    .getId());

    assertThat(responses).doesNotHaveDuplicates().hasSize(32);
    assertThat(list(buyer, 100, "").getOrdersList())
        .extracting(Order::getId)
        .containsExactlyInAnyOrderElementsOf(responses);
  }

  @Test
  void lists_the_orders_of_a_buyer_in_pages_newest_first() {
    var placed = placeMany(7);

    var first = list(buyer, 3, "");
    var second = list(buyer, 3, first.getNextPageToken());
    var third = list(buyer, 3, second.getNextPageToken());

    assertThat(first.getOrdersList()).hasSize(3);
    assertThat(second.getOrdersList()).hasSize(3);
    assertThat(third.getOrdersList()).hasSize(1);
    assertThat(third.getNextPageToken()).isEmpty();
    var listed = new ArrayList<>(first.getOrdersList());
    listed.addAll(second.getOrdersList());
    listed.addAll(third.getOrdersList());
    assertThat(listed).containsExactlyInAnyOrderElementsOf(placed);
    assertThat(listed)
        .isSortedAccordingTo((a, b) -> Long.compare(b.getPlacedAtMillis(), a.getPlacedAtMillis()));
  }

  @Test
  void a_page_with_all_orders_has_no_token() {
    placeMany(3);

    assertThat(list(buyer, 3, "").getNextPageToken()).isEmpty();
  }

  @Test
  void new_orders_do_not_shift_the_following_pages() {
    placeMany(4);
    var first = list(buyer, 2, "");
    place(request(buyer, "new"));

    var second = list(buyer, 2, first.getNextPageToken());

    assertThat(second.getOrdersList()).hasSize(2);
    assertThat(first.getOrdersList()).doesNotContainAnyElementsOf(second.getOrdersList());
    assertThat(second.getOrdersList()).noneMatch(order -> order.getIdempotencyKey().equals("new"));
  }

  @Test
  void a_page_has_20_orders_by_default_and_never_more_than_100() throws Exception {
    concurrently(102, i -> orders.placeOrder(request(buyer, "k" + i).build()));

    assertThat(list(buyer, 0, "").getOrdersCount()).isEqualTo(20);
    assertThat(list(buyer, Integer.MAX_VALUE, "").getOrdersCount()).isEqualTo(100);
  }

  @Test
  void pages_of_large_orders_fit_into_a_grpc_message() {
    for (int i = 0; i < 30; i++) {
      var large = request(buyer, "k" + i).clearLines();
      IntStream.rangeClosed(1, 50).forEach(id -> large.addLines(line(id, "書".repeat(500), 1, 1)));
      place(large);
    }
    var listed = new ArrayList<Order>();
    var token = "";
    do {
      var page = list(buyer, 100, token);
      assertThat(page.getSerializedSize()).isLessThan(4 << 20);
      listed.addAll(page.getOrdersList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());

    assertThat(listed).doesNotHaveDuplicates().hasSize(30);
  }

  @Test
  void rejects_a_token_of_another_buyer() {
    placeMany(2);
    var token = list(buyer, 1, "").getNextPageToken();

    assertThat(token).isNotEmpty();
    assertThat(failure(() -> list("another buyer", 1, token)))
        .startsWith("INVALID_ARGUMENT: page_token is not one of this buyer's lists");
  }

  @Test
  void tutorial_calls_create_separate_orders_unless_they_have_the_same_key() {
    var handler = OrderHandlerGrpc.newBlockingStub(orders.getChannel());
    var call = OrderRequest.newBuilder().setPhone("12990").setPrice("50").build();
    var keyed = call.toBuilder().putRequestArg("idempotency_key", buyer).build();

    assertThat(handler.createOrder(call)).isNotEqualTo(handler.createOrder(call));
    assertThat(handler.createOrder(keyed)).isEqualTo(handler.createOrder(keyed));
    assertThat(failure(() -> handler.createOrder(keyed.toBuilder().setPrice("50.01").build())))
        .startsWith("ALREADY_EXISTS");
  }

  @Test
  void logs_no_personal_data() {
    try (var log = CapturedLog.begin()) {
      place(request(buyer, "k"));
      failure(() -> place(request(buyer, "k").setAddress("elsewhere")));
      failure(() -> place(request(buyer, "k2").setPhone(OrderRequests.PHONE + "x")));
      byKey(buyer, "k");

      assertThat(log.lines()).isEmpty();
    }
  }

  /** Starts another server on the same database. */
  protected final OrderServiceBlockingStub replica() {
    var server =
        OrdersMain.start(
            new OrdersConfig(
                new GrpcServerConfig(
                    ListenAddress.anyFreePort(), Duration.ZERO, Duration.ofMinutes(10)),
                database()));
    servers.add(server);
    return OrderServiceGrpc.newBlockingStub(channelTo(server.port()));
  }

  private ManagedChannel channelTo(int port) {
    var channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
            .build();
    channels.add(channel);
    return channel;
  }

  private List<Order> placeMany(int count) {
    return IntStream.range(0, count).mapToObj(i -> place(request(buyer, "k" + i))).toList();
  }

  private Order place(PlaceOrderRequest.Builder request) {
    return orders.placeOrder(request.build()).getOrder();
  }

  private Order byId(String buyerId, String id) {
    return byId(orders, buyerId, id);
  }

  private static Order byId(OrderServiceBlockingStub service, String buyerId, String id) {
    return service
        .getOrder(GetOrderRequest.newBuilder().setBuyerId(buyerId).setId(id).build())
        .getOrder();
  }

  private Order byKey(String buyerId, String key) {
    return orders
        .getOrder(GetOrderRequest.newBuilder().setBuyerId(buyerId).setIdempotencyKey(key).build())
        .getOrder();
  }

  private ListOrdersResponse list(String buyerId, int size, String token) {
    return orders.listOrders(
        ListOrdersRequest.newBuilder()
            .setBuyerId(buyerId)
            .setPageSize(size)
            .setPageToken(token)
            .build());
  }

  private static PlaceOrderRequest.Builder swapped(PlaceOrderRequest.Builder request) {
    var first = request.getLines(0);
    return request.setLines(0, request.getLines(1)).setLines(1, first);
  }

  private static String failure(Callable<?> call) {
    var failure = catchThrowableOfType(StatusRuntimeException.class, call::call);
    assertThat(failure).isNotNull();
    assertThat(failure.getStatus().getCode()).isNotEqualTo(Status.Code.INTERNAL);
    return String.valueOf(failure.getMessage());
  }

  private interface Numbered<T> {
    T call(int number);
  }

  /** Retries with the same key, as clients must, since the order may have been stored. */
  private static <T> T retryWhileUnavailable(Callable<T> call) throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        return call.call();
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE || attempt == 10) {
          throw e;
        }
      }
    }
  }

  private static <T> List<T> concurrently(int times, Numbered<T> call)
      throws InterruptedException, ExecutionException {
    var threads = Executors.newFixedThreadPool(16);
    try {
      var barrier = new CyclicBarrier(Math.min(times, 16));
      var responses = new ArrayList<Future<T>>();
      for (int i = 0; i < times; i++) {
        int number = i;
        responses.add(
            threads.submit(
                () -> {
                  if (number < 16) {
                    barrier.await();
                  }
                  return retryWhileUnavailable(() -> call.call(number));
                }));
      }
      var all = new ArrayList<T>();
      for (var response : responses) {
        all.add(response.get());
      }
      return all;
    } finally {
      threads.shutdownNow();
    }
  }
}
