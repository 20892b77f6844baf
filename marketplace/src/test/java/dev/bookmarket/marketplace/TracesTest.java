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
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The spans and durations of pages. */
class TracesTest {
  private static final String TRACE = "0123456789abcdef0123456789abcdef";
  private static final String SAMPLED = "00-" + TRACE + "-0123456789abcdef-01";

  private static final TestTelemetry telemetry = TestTelemetry.begin();
  @RegisterExtension private static final TestShop shop = TestShop.start();
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
    assertThat(telemetry.spans()).allMatch(span -> span.getTraceId().equals(page.getTraceId()));
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
    assertThat(telemetry.spans()).allMatch(span -> span.getTraceId().equals(page.getTraceId()));
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

  @Test
  void continues_only_some_traces_per_second() throws Exception {
    for (int request = 0; request < 100; request++) {
      get("/assets/none", "traceparent", SAMPLED);
    }

    assertThat(telemetry.spans()).anyMatch(span -> !span.getTraceId().equals(TRACE));
  }

  @Test
  void measures_requests_with_a_bounded_number_of_label_sets() throws Exception {
    get("/books/1");
    var before = telemetry.histogram("http.server.request.duration").size();
    for (int number : IntStream.range(0, 50).toArray()) {
      get("/unknown-" + number);
    }

    assertThat(telemetry.histogram("http.server.request.duration"))
        .hasSizeLessThanOrEqualTo(before + 1)
        .anySatisfy(
            point ->
                assertThat(point.getAttributes().toString())
                    .contains("http.route=\"/books/{id}\"", "http.response.status_code=200"))
        .noneMatch(point -> point.getAttributes().toString().contains("unknown"));
  }

  @Test
  void health_checks_are_neither_traced_nor_measured() throws Exception {
    get("/healthz");
    get("/readyz");
    get("/basket");

    telemetry.span(named("GET /basket"));
    assertThat(telemetry.spans()).noneMatch(span -> span.getName().endsWith("z"));
  }

  private static Predicate<SpanData> named(String name) {
    return span -> span.getName().equals(name);
  }

  private static String text(SpanData span, String attribute) {
    return Objects.requireNonNull(span.getAttributes().get(AttributeKey.stringKey(attribute)));
  }

  private void get(String target, String... headers) throws Exception {
    var request = request(target);
    send(headers.length == 0 ? request.build() : request.headers(headers).build());
  }

  private static HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + shop.port() + target));
  }

  private void send(HttpRequest request) throws IOException, InterruptedException {
    var unused = client.send(request, BodyHandlers.discarding());
  }
}
