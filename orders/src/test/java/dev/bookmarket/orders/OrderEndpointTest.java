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

/** Tests the fields, ranges and errors of both contracts. */
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

  static Stream<Arguments> invalidRequests() {
    return Stream.of(
        invalid("buyer_id must be 1 to 64 printable ASCII", r -> r.setBuyerId("")),
        invalid("buyer_id must be 1 to 64 printable ASCII", r -> r.setBuyerId("b".repeat(65))),
        invalid("buyer_id must be 1 to 64 printable ASCII", r -> r.setBuyerId("bücher")),
        invalid("idempotency_key must be 1 to 64 printable", r -> r.setIdempotencyKey("")),
        invalid("idempotency_key must be 1 to 64 printable", r -> r.setIdempotencyKey("a\nb")),
        invalid(
            "idempotency_key must be 1 to 64 printable", r -> r.setIdempotencyKey("k".repeat(65))),
        invalid("name must be 1 to 100 characters, not blank", r -> r.setName("")),
        invalid("name must be 1 to 100 characters, not blank", r -> r.setName(" \u00a0\u3000")),
        invalid("name must be 1 to 100 characters, not blank", r -> r.setName("n".repeat(101))),
        invalid("name must be 1 to 100 characters, not blank", r -> r.setName("\u200b\ufeff")),
        invalid("name must be 1 to 100 characters, not blank", r -> r.setName("\u2800\u3164")),
        invalid("name must not contain the character U+0000", r -> r.setName("a\0b")),
        invalid("name must not contain the character U+009F", r -> r.setName("a\u009fb")),
        invalid("name must not contain the character U+1FFFF", r -> r.setName("a\ud83f\udfff")),
        invalid("address must not contain the character U+001B", r -> r.setAddress("a\n\u001bb")),
        invalid("address must be 1 to 500 characters, not blank", r -> r.setAddress("\u00ad")),
        invalid("title must be 1 to 500 characters", r -> r.addLines(line(9, "\u3164", 1, 1))),
        invalid(
            "title must not contain the character U+FFFF",
            r -> r.addLines(line(9, "a\uffff", 1, 1))),
        invalid("phone must be 3 to 15 digits", r -> r.setPhone("")),
        invalid("phone must be 3 to 15 digits", r -> r.setPhone("12")),
        invalid("phone must be 3 to 15 digits", r -> r.setPhone("1234567890123456")),
        invalid("phone must be 3 to 15 digits", r -> r.setPhone("++123")),
        invalid("phone must be 3 to 15 digits", r -> r.setPhone("030 123")),
        invalid("phone must be 3 to 15 digits", r -> r.setPhone("٣٤٥٦")),
        invalid("phone must be 3 to 15 digits", r -> r.setPhone("12990\n")),
        invalid("address must be 1 to 500 characters, not blank", r -> r.setAddress("\n")),
        invalid(
            "address must be 1 to 500 characters, not blank", r -> r.setAddress("a".repeat(501))),
        invalid("lines must be 1 to 50, but are 0", r -> r.clearLines()),
        invalid(
            "lines must be 1 to 50, but are 51",
            r -> {
              r.clearLines();
              IntStream.rangeClosed(1, 51).forEach(id -> r.addLines(line(id, "t", 1, 1)));
            }),
        invalid(
            "lines must contain each book once, but contain one more often: 6",
            r -> r.addLines(line(6, "x", 1, 1))),
        invalid("book_id must be 1 or more, but is 0", r -> r.addLines(line(0, "x", 1, 1))),
        invalid("title must be 1 to 500 characters", r -> r.addLines(line(9, " ", 1, 1))),
        invalid(
            "title must be 1 to 500 characters", r -> r.addLines(line(9, "t".repeat(501), 1, 1))),
        invalid("quantity must be 1 to 99, but is 0", r -> r.addLines(line(9, "x", 0, 1))),
        invalid("quantity must be 1 to 99, but is 100", r -> r.addLines(line(9, "x", 100, 1))),
        invalid("unit_price_cents must be 0 to", r -> r.addLines(line(9, "x", 1, -1))),
        invalid("unit_price_cents must be 0 to", r -> r.addLines(line(9, "x", 1, 100_000_001))));
  }

  @ParameterizedTest
  @MethodSource("invalidRequests")
  void rejects_an_invalid_order_and_stores_nothing(String message, PlaceOrderRequest request) {
    assertThat(failure(() -> orders().placeOrder(request)))
        .startsWith("INVALID_ARGUMENT: " + message);
    assertThat(orders().listOrders(list("invalid requests")).getOrdersList()).isEmpty();
  }

  @Test
  void accepts_values_at_the_limits() {
    var request = request("b".repeat(64), "k".repeat(64)).setName("n".repeat(100)).setPhone("123");
    request.setAddress("a\r\n\tb" + "a".repeat(495)).clearLines();
    request.addLines(line(Integer.MAX_VALUE, "\ufffd", 99, 0));

    assertThat(orders().placeOrder(request.build()).getOrder().getTotalCents()).isZero();
  }

  @Test
  void rejects_a_search_without_a_buyer_or_an_order() {
    assertThat(failure(() -> orders().getOrder(GetOrderRequest.newBuilder().setId("x").build())))
        .isEqualTo("INVALID_ARGUMENT: buyer_id must not be empty");
    assertThat(
            failure(() -> orders().getOrder(GetOrderRequest.newBuilder().setBuyerId("b").build())))
        .isEqualTo("INVALID_ARGUMENT: id or idempotency_key must be given");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "00000000000000000000", "\0", "0000000000000000000é"})
  void does_not_find_an_order_that_does_not_exist(String id) {
    var byId = GetOrderRequest.newBuilder().setBuyerId("b").setId(id).build();
    var byKey = GetOrderRequest.newBuilder().setBuyerId("b").setIdempotencyKey(id).build();
    var byBuyer = GetOrderRequest.newBuilder().setBuyerId("b" + id).setIdempotencyKey("k").build();

    for (var request : new GetOrderRequest[] {byId, byKey, byBuyer}) {
      assertThat(failure(() -> orders().getOrder(request))).isEqualTo("NOT_FOUND: Order not found");
    }
  }

  @Test
  void the_list_of_a_buyer_without_orders_is_empty() {
    assertThat(orders().listOrders(list("new buyer")).getOrdersList()).isEmpty();
    assertThat(orders().listOrders(list("bücher\0")).getOrdersList()).isEmpty();
  }

  @Test
  void rejects_an_empty_buyer_id_and_a_negative_page_size() {
    assertThat(failure(() -> orders().listOrders(list(""))))
        .isEqualTo("INVALID_ARGUMENT: buyer_id must not be empty");
    assertThat(failure(() -> orders().listOrders(list("b").toBuilder().setPageSize(-1).build())))
        .isEqualTo("INVALID_ARGUMENT: page_size must be 0 or more, but is -1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "AAAA", "!", "\0", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void rejects_an_invalid_token(String token) {
    for (var buyer : new String[] {"b", "bücher"}) {
      var request = list(buyer).toBuilder().setPageToken(token).build();
      assertThat(failure(() -> orders().listOrders(request)))
          .isEqualTo(
              "INVALID_ARGUMENT: page_token is not one of this buyer's lists;"
                  + " leave it empty for the first page");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "0123456789abcdefghj\0", "0123456789ABCDEFGHJK", "0"})
  void rejects_a_token_with_an_invalid_order_id(String id) {
    var token = new OrderCursor(0, id).toToken("b");
    var request = list("b").toBuilder().setPageToken(token).build();

    assertThat(failure(() -> orders().listOrders(request)))
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
  void stores_a_tutorial_order_as_one_line_without_a_book(String price, long cents) {
    var response = handler().createOrder(tutorialOrder("12990", price)).getRstString();

    var json = JsonParser.parseString(response).getAsJsonObject();
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
  void rejects_a_tutorial_order_with_an_invalid_phone_or_price(String phone, String price) {
    assertThat(failure(() -> handler().createOrder(tutorialOrder(phone, price))))
        .startsWith("INVALID_ARGUMENT: " + (phone.equals("12990") ? "price" : "phone"));
  }

  @Test
  void rejects_a_tutorial_order_with_an_empty_key() {
    var request =
        tutorialOrder("12990", "50").toBuilder().putRequestArg("idempotency_key", "").build();
    assertThat(failure(() -> handler().createOrder(request)))
        .startsWith("INVALID_ARGUMENT: idempotency_key");
  }

  private static Arguments invalid(
      String message, java.util.function.Consumer<PlaceOrderRequest.Builder> change) {
    var request = request("invalid requests", "k");
    change.accept(request);
    return Arguments.of(message, request.build());
  }

  private static OrderServiceBlockingStub orders() {
    return OrderServiceGrpc.newBlockingStub(service.channel());
  }

  private static OrderHandlerGrpc.OrderHandlerBlockingStub handler() {
    return OrderHandlerGrpc.newBlockingStub(service.channel());
  }

  private static OrderRequest tutorialOrder(String phone, String price) {
    return OrderRequest.newBuilder().setPhone(phone).setPrice(price).build();
  }

  private static ListOrdersRequest list(String buyerId) {
    return ListOrdersRequest.newBuilder().setBuyerId(buyerId).build();
  }

  private static String failure(Callable<?> call) {
    return String.valueOf(
        catchThrowableOfType(StatusRuntimeException.class, call::call).getMessage());
  }
}
