package dev.bookmarket.orders;

import static dev.bookmarket.orders.OrderRequests.line;
import static dev.bookmarket.orders.OrderRequests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonParser;
import dev.bookmarket.orders.DatabaseConfig.SqliteFile;
import dev.bookmarket.protobufs.order.OrderHandlerGrpc;
import dev.bookmarket.protobufs.order.OrderRequest;
import dev.bookmarket.protobufs.orders.v1.GetOrderRequest;
import dev.bookmarket.protobufs.orders.v1.ListOrdersRequest;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc.OrderServiceBlockingStub;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderRequest;
import dev.bookmarket.runtime.server.ServedInProcess;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contracts' fields, their ranges and their errors. */
class OrderEndpointTest {
  @TempDir private static Path folder;
  private static Database database;
  private static ServedInProcess service;

  @BeforeAll
  static void serve() {
    database = Database.open(new SqliteFile(folder.resolve("orders.db")));
    database.check();
    service = ServedInProcess.of(OrdersMain.endpoints(database));
  }

  @AfterAll
  static void stop() {
    service.close();
    database.close();
  }

  static Stream<Arguments> brokenRules() {
    return Stream.of(
        broken("buyer_id must be 1 to 64 printable ASCII", r -> r.setBuyerId("")),
        broken("buyer_id must be 1 to 64 printable ASCII", r -> r.setBuyerId("b".repeat(65))),
        broken("buyer_id must be 1 to 64 printable ASCII", r -> r.setBuyerId("bücher")),
        broken("idempotency_key must be 1 to 64 printable", r -> r.setIdempotencyKey("")),
        broken("idempotency_key must be 1 to 64 printable", r -> r.setIdempotencyKey("a\nb")),
        broken(
            "idempotency_key must be 1 to 64 printable", r -> r.setIdempotencyKey("k".repeat(65))),
        broken("name must be 1 to 100 characters, not blank", r -> r.setName("")),
        broken("name must be 1 to 100 characters, not blank", r -> r.setName(" \u00a0\u3000")),
        broken("name must be 1 to 100 characters, not blank", r -> r.setName("n".repeat(101))),
        broken("name must be 1 to 100 characters, not blank", r -> r.setName("\u200b\ufeff")),
        broken("name must be 1 to 100 characters, not blank", r -> r.setName("\u2800\u3164")),
        broken("name must not have the character U+0000", r -> r.setName("a\0b")),
        broken("name must not have the character U+009F", r -> r.setName("a\u009fb")),
        broken("name must not have the character U+1FFFF", r -> r.setName("a\ud83f\udfff")),
        broken("address must not have the character U+001B", r -> r.setAddress("a\n\u001bb")),
        broken("address must be 1 to 500 characters, not blank", r -> r.setAddress("\u00ad")),
        broken("title must be 1 to 500 characters", r -> r.addLines(line(9, "\u3164", 1, 1))),
        broken(
            "title must not have the character U+FFFF", r -> r.addLines(line(9, "a\uffff", 1, 1))),
        broken("phone must be 3 to 15 digits", r -> r.setPhone("")),
        broken("phone must be 3 to 15 digits", r -> r.setPhone("12")),
        broken("phone must be 3 to 15 digits", r -> r.setPhone("1234567890123456")),
        broken("phone must be 3 to 15 digits", r -> r.setPhone("++123")),
        broken("phone must be 3 to 15 digits", r -> r.setPhone("030 123")),
        broken("phone must be 3 to 15 digits", r -> r.setPhone("٣٤٥٦")),
        broken("phone must be 3 to 15 digits", r -> r.setPhone("12990\n")),
        broken("address must be 1 to 500 characters, not blank", r -> r.setAddress("\n")),
        broken(
            "address must be 1 to 500 characters, not blank", r -> r.setAddress("a".repeat(501))),
        broken("lines must be 1 to 50, but are 0", r -> r.clearLines()),
        broken(
            "lines must be 1 to 50, but are 51",
            r -> {
              r.clearLines();
              IntStream.rangeClosed(1, 51).forEach(id -> r.addLines(line(id, "t", 1, 1)));
            }),
        broken("lines must name no book twice, but do 6", r -> r.addLines(line(6, "x", 1, 1))),
        broken("book_id must be 1 or more, but is 0", r -> r.addLines(line(0, "x", 1, 1))),
        broken("title must be 1 to 500 characters", r -> r.addLines(line(9, " ", 1, 1))),
        broken(
            "title must be 1 to 500 characters", r -> r.addLines(line(9, "t".repeat(501), 1, 1))),
        broken("quantity must be 1 to 99, but is 0", r -> r.addLines(line(9, "x", 0, 1))),
        broken("quantity must be 1 to 99, but is 100", r -> r.addLines(line(9, "x", 100, 1))),
        broken("unit_price_cents must be 0 to", r -> r.addLines(line(9, "x", 1, -1))),
        broken("unit_price_cents must be 0 to", r -> r.addLines(line(9, "x", 1, 100_000_001))));
  }

  @ParameterizedTest
  @MethodSource("brokenRules")
  void refuses_an_order_that_breaks_a_rule_and_stores_nothing(
      String rule, PlaceOrderRequest request) {
    assertThat(refusal(() -> orders().placeOrder(request))).startsWith("INVALID_ARGUMENT: " + rule);
    assertThat(orders().listOrders(list("rules")).getOrdersList()).isEmpty();
  }

  @Test
  void takes_what_is_just_within_the_rules() {
    var request = request("b".repeat(64), "k".repeat(64)).setName("n".repeat(100)).setPhone("123");
    request.setAddress("a\r\n\tb" + "a".repeat(495)).clearLines();
    request.addLines(line(Integer.MAX_VALUE, "\ufffd", 99, 0));

    assertThat(orders().placeOrder(request.build()).getOrder().getTotalCents()).isZero();
  }

  @Test
  void refuses_to_look_for_an_order_of_nobody_or_without_a_name() {
    assertThat(refusal(() -> orders().getOrder(GetOrderRequest.newBuilder().setId("x").build())))
        .isEqualTo("INVALID_ARGUMENT: buyer_id must not be empty");
    assertThat(
            refusal(() -> orders().getOrder(GetOrderRequest.newBuilder().setBuyerId("b").build())))
        .isEqualTo("INVALID_ARGUMENT: id or idempotency_key must be given");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "00000000000000000000", "\0", "0000000000000000000é"})
  void finds_no_order_where_there_is_none(String name) {
    var byId = GetOrderRequest.newBuilder().setBuyerId("b").setId(name).build();
    var byKey = GetOrderRequest.newBuilder().setBuyerId("b").setIdempotencyKey(name).build();
    var byBuyer =
        GetOrderRequest.newBuilder().setBuyerId("b" + name).setIdempotencyKey("k").build();

    for (var request : new GetOrderRequest[] {byId, byKey, byBuyer}) {
      assertThat(refusal(() -> orders().getOrder(request))).isEqualTo("NOT_FOUND: Order not found");
    }
  }

  @Test
  void lists_nothing_for_who_has_ordered_nothing() {
    assertThat(orders().listOrders(list("nobody")).getOrdersList()).isEmpty();
    assertThat(orders().listOrders(list("bücher\0")).getOrdersList()).isEmpty();
  }

  @Test
  void refuses_a_list_that_makes_no_sense() {
    assertThat(refusal(() -> orders().listOrders(list(""))))
        .isEqualTo("INVALID_ARGUMENT: buyer_id must not be empty");
    assertThat(refusal(() -> orders().listOrders(list("b").toBuilder().setPageSize(-1).build())))
        .isEqualTo("INVALID_ARGUMENT: page_size must be 0 or more, but is -1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "AAAA", "!", "\0", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void refuses_a_token_that_is_none(String token) {
    for (var buyer : new String[] {"b", "bücher"}) {
      var request = list(buyer).toBuilder().setPageToken(token).build();
      assertThat(refusal(() -> orders().listOrders(request)))
          .isEqualTo(
              "INVALID_ARGUMENT: page_token is not one of this buyer's lists;"
                  + " leave it empty for the first page");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "0123456789abcdefghj\0", "0123456789ABCDEFGHJK", "0"})
  void refuses_a_token_made_for_an_order_that_cannot_be(String id) {
    var token = new OrderPosition(0, id).toToken("b");
    var request = list("b").toBuilder().setPageToken(token).build();

    assertThat(refusal(() -> orders().listOrders(request)))
        .startsWith("INVALID_ARGUMENT: page_token is not one of this buyer's lists");
  }

  @ParameterizedTest
  @CsvSource({
    "50, 5000",
    "0.01, 1",
    "49.9, 4990",
    "49.95, 4995",
    "1000000, 100000000",
    "1000000.00, 100000000",
    "007, 700"
  })
  void the_tutorials_order_is_stored_as_one_line_without_a_book(String price, long cents) {
    var answer = handler().createOrder(tutorials("12990", price)).getRstString();

    var json = JsonParser.parseString(answer).getAsJsonObject();
    assertThat(json.get("ret").getAsString()).isEqualTo("OK");
    var order =
        orders()
            .getOrder(
                GetOrderRequest.newBuilder()
                    .setBuyerId("order.OrderHandler")
                    .setId(json.get("order_id").getAsString())
                    .build())
            .getOrder();
    assertThat(order.getPhone()).isEqualTo("12990");
    assertThat(order.getName() + order.getAddress()).isEmpty();
    assertThat(order.getTotalCents()).isEqualTo(cents);
    assertThat(order.getLinesList())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getBookId()).isZero();
              assertThat(line.getTitle()).isNotBlank();
              assertThat(line.getUnitPriceCents()).isEqualTo(cents);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "12990, ''",
    "12990, 0",
    "12990, 0.00",
    "12990, -1",
    "12990, 1e2",
    "12990, 1000000.01",
    "12990, 99999999999999999999",
    "12990, 1.005",
    "12990, .5",
    "12990, 5.",
    "12990, '1,5'",
    "12990, ' 5'",
    "12990, ٥",
    "'', 50",
    "12, 50",
    "phone, 50"
  })
  void the_tutorials_order_is_refused_where_phone_or_price_is_wrong(String phone, String price) {
    assertThat(refusal(() -> handler().createOrder(tutorials(phone, price))))
        .startsWith("INVALID_ARGUMENT: " + (phone.equals("12990") ? "price" : "phone"));
  }

  @Test
  void the_tutorials_order_is_refused_where_its_key_is_empty() {
    var request = tutorials("12990", "50").toBuilder().putRequestArg("idempotency_key", "").build();
    assertThat(refusal(() -> handler().createOrder(request)))
        .startsWith("INVALID_ARGUMENT: idempotency_key");
  }

  private static Arguments broken(
      String rule, java.util.function.Consumer<PlaceOrderRequest.Builder> breaking) {
    var request = request("rules", "k");
    breaking.accept(request);
    return Arguments.of(rule, request.build());
  }

  private static OrderServiceBlockingStub orders() {
    return OrderServiceGrpc.newBlockingStub(service.channel());
  }

  private static OrderHandlerGrpc.OrderHandlerBlockingStub handler() {
    return OrderHandlerGrpc.newBlockingStub(service.channel());
  }

  private static OrderRequest tutorials(String phone, String price) {
    return OrderRequest.newBuilder().setPhone(phone).setPrice(price).build();
  }

  private static ListOrdersRequest list(String buyerId) {
    return ListOrdersRequest.newBuilder().setBuyerId(buyerId).build();
  }

  private static String refusal(Callable<?> call) {
    return String.valueOf(
        catchThrowableOfType(StatusRuntimeException.class, call::call).getMessage());
  }
}
