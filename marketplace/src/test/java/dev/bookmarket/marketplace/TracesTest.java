package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.telemetry.TestTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The spans and durations of pages. */
class TracesTest {
  private static final String TRACE = "0123456789abcdef0123456789abcdef";
  private static final String SAMPLED = "00-" + TRACE + "-0123456789abcdef-01";

  /** Part of each target, and of each unusual method. */
  private static final String UNUSUAL = "ZYZZYVA";

  private static final TestTelemetry telemetry = TestTelemetry.begin();

  @RegisterExtension
  private static final TestShop shop = TestShop.start(Map.of("TRACEPARENTS_PER_SECOND", "1000000"));

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterAll
  static void stop() {
    telemetry.close();
  }

  @BeforeEach
  void reset() {
    telemetry.clear();
  }

  @Test
  void the_span_of_a_page_contains_its_calls_and_its_rendering() throws Exception {
    get("/", "Cookie", "visitor=ada");

    var page = telemetry.span(named("GET /"));
    assertThat(page.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(page.getParentSpanContext().isValid()).isFalse();
    assertThat(telemetry.childrenOf(page))
        .extracting(SpanData::getName)
        .contains("Recommendations/Recommend", "render home");
    assertOneTrace(page);
  }

  @Test
  void a_page_with_calls_one_after_the_other_is_one_trace() throws Exception {
    get("/books/1");

    var page = telemetry.span(named("GET /books/{id}"));
    assertThat(text(page, "http.route")).isEqualTo("/books/{id}");
    assertThat(text(page, "url.path")).isEqualTo("/books/{id}");
    assertThat(text(page, "http.request.method")).isEqualTo("GET");
    assertThat(page.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(200);
    assertThat(telemetry.childrenOf(page)).extracting(SpanData::getKind).contains(SpanKind.CLIENT);
    assertOneTrace(page);
  }

  @ParameterizedTest
  @CsvSource({
    "/no/such/page/zyzzyva, GET, 404",
    "/search?q=lovelace, GET /search, 200",
    "/orders/zyzzyva-lovelace, GET /orders/{id}, 404"
  })
  void records_nothing_that_a_visitor_sent(String target, String name, int status)
      throws Exception {
    get(target, "User-Agent", "lovelace");

    var page = telemetry.span(named(name));
    assertThat(page.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(status);
    assertThat(telemetry.spans().toString())
        .as("words with letters that a hexadecimal id does not have")
        .doesNotContain("zyzzyva", "lovelace");
  }

  @Test
  void an_unknown_method_is_replaced() throws Exception {
    send(request("/").method("ADA", HttpRequest.BodyPublishers.noBody()).build());

    assertThat(text(telemetry.span(named("_OTHER")), "http.request.method")).isEqualTo("_OTHER");
  }

  @Test
  void continues_a_trace_from_outside_without_its_state() throws Exception {
    get("/basket", "traceparent", SAMPLED, "tracestate", "a=b", "baggage", "name=ada");

    var page = telemetry.span(named("GET /basket"));
    assertThat(page.getTraceId()).isEqualTo(TRACE);
    assertThat(page.getSpanContext().getTraceState().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "00-" + TRACE,
        SAMPLED + "-01",
        "ff-" + TRACE + "-0123456789abcdef-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-00000000000000000000000000000000-0123456789abcdef-01",
        "00-0123456789ABCDEF0123456789ABCDEF-0123456789abcdef-01",
        "00-\u00e9123456789abcdef0123456789abcdef-0123456789abcdef-01"
      })
  void a_page_with_an_invalid_traceparent_starts_a_trace(String traceparent) {
    var response =
        RawHttp.exchange(
            shop.port(),
            "GET /basket HTTP/1.1\r\nHost: shop\r\nConnection: close\r\ntraceparent: %s\r\n\r\n"
                .formatted(traceparent));

    assertThat(response.status()).isEqualTo(200);
    var page = telemetry.span(named("GET /basket"));
    assertThat(page.getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void continues_only_some_traces_per_second() throws Exception {
    try (var limited = TestShop.start(Map.of("TRACEPARENTS_PER_SECOND", "1"))) {
      for (int request = 0; request < 20; request++) {
        send(request(limited.port(), "/assets/none").header("traceparent", SAMPLED).build());
      }
    }

    assertThat(telemetry.spans()).anyMatch(span -> !span.getTraceId().equals(TRACE));
  }

  @Test
  void measures_requests_by_route_and_status() throws Exception {
    get("/books/1");

    assertThat(telemetry.histogram("http.server.request.duration"))
        .anySatisfy(
            point ->
                assertThat(point.getAttributes().toString())
                    .contains("http.route=\"/books/{id}\"", "http.response.status_code=200"));
  }

  @Test
  void names_and_label_sets_stay_bounded_under_10000_unusual_requests() {
    var names = new HashSet<String>();
    var connection = RawHttp.connect(shop.port());
    for (int number = 0; number < 10_000; number++) {
      connection.send(unusualRequest(number));
      var response = connection.response();
      if (response.status() == 400 || response.header("Connection").equals("close")) {
        connection.close();
        connection = RawHttp.connect(shop.port());
      }
      if (telemetry.spans().size() > 500) {
        telemetry.spans().forEach(span -> names.add(span.getName()));
        telemetry.clear();
      }
    }
    connection.close();

    var durations =
        Stream.of("http.server.request.duration", "rpc.client.call.duration")
            .flatMap(histogram -> telemetry.histogram(histogram).stream())
            .map(point -> point.getAttributes().toString());
    var counters =
        Stream.of("bookmarket_rpc_client_attempts_total", "bookmarket_pages_degraded_total")
            .flatMap(counter -> telemetry.metrics().samples(counter).stream())
            .map(sample -> sample.labels().toString());
    var labelSets = Stream.concat(durations, counters).toList();
    assertThat(names)
        .contains("_OTHER", "GET /books/{id}")
        .hasSizeLessThan(50)
        .noneMatch(name -> name.contains(UNUSUAL));
    assertThat(labelSets).hasSizeBetween(10, 100).noneMatch(labels -> labels.contains(UNUSUAL));
  }

  /** Returns a request that differs from all others, and whose form is one of several. */
  private static String unusualRequest(int number) {
    var word = UNUSUAL + number;
    var target =
        switch (number % 16) {
          case 0 -> "/books/" + word;
          case 1 -> "/orders/" + word;
          case 2 -> "/categories/" + word;
          case 3 -> "/search?q=" + word + "&" + word + "=" + word;
          case 4 -> "/assets/" + word;
          case 5 -> "/%E2%98%83%2F" + word;
          case 6 -> "/books/%00%ff" + word;
          case 7 -> "/" + "x".repeat(4_000) + word;
          case 8 -> "/\u00e2\u0098\u0083" + word;
          case 9 -> "/" + word + "/../books/./" + word;
          case 10 -> "/books/" + word + "/..";
          case 11 -> "//" + word + "//books/1";
          case 12 -> "/books;" + word + "/1;" + word;
          case 13 -> "http://" + word + "/" + word;
          case 14 -> "/jsonrpc";
          default -> "/" + word;
        };
    var isCall = target.equals("/jsonrpc");
    var method = isCall ? "POST" : number % 3 == 0 ? UNUSUAL + number : "GET";
    var body =
        isCall ? "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + word + "\",\"params\":[]}" : "";
    return "%s %s HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s"
        .formatted(method, target, body.length(), body);
  }

  @Test
  void health_checks_are_neither_traced_nor_measured() throws Exception {
    get("/healthz");
    get("/readyz");
    get("/basket");

    telemetry.span(named("GET /basket"));
    assertThat(telemetry.spans()).noneMatch(span -> span.getName().endsWith("z"));
  }

  /** Ignores spans of backends that end after the request of an earlier test. */
  private static void assertOneTrace(SpanData first) {
    assertThat(telemetry.spans())
        .filteredOn(span -> !span.getParentSpanContext().isValid())
        .containsExactly(first);
  }

  private static Predicate<SpanData> named(String name) {
    return span -> span.getName().equals(name);
  }

  private static String text(SpanData span, String attribute) {
    return Objects.requireNonNull(span.getAttributes().get(AttributeKey.stringKey(attribute)));
  }

  /** Opens a page; repeats a request that a busy machine does not answer in time. */
  private void get(String target, String... headers) throws Exception {
    var request = request(target);
    var sent = headers.length == 0 ? request.build() : request.headers(headers).build();
    for (int i = 1; i < 20 && send(sent) == 503; i++) {
      telemetry.clear();
    }
  }

  private static HttpRequest.Builder request(String target) {
    return request(shop.port(), target);
  }

  private static HttpRequest.Builder request(int port, String target) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target));
  }

  /** Sends a request; returns the status of the response. */
  private int send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }
}
