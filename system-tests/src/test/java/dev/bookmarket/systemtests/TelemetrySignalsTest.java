package dev.bookmarket.systemtests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.OtlpReceiver.Received;
import dev.bookmarket.systemtests.OtlpReceiver.Series;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the four services export while a visitor uses the shop. */
class TelemetrySignalsTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final List<String> SECRETS =
      List.of("Xanthippe", "4930555777", "Quincunx", "zyzzyva");

  private static final OtlpReceiver receiver = OtlpReceiver.start();
  private static final List<ProcessUnderTest> processes = new ArrayList<>();
  private static final CookieManager cookies = new CookieManager();
  private static String order = "";

  @BeforeAll
  static void useTheShop(@TempDir Path folder) {
    var variables = new HashMap<>(Processes.freePorts());
    variables.put("ORDERS_DB", folder.resolve("orders.db").toString());
    variables.put("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint());
    variables.put("OTEL_BSP_SCHEDULE_DELAY", "200");
    variables.put("OTEL_BLRP_SCHEDULE_DELAY", "200");
    variables.put("OTEL_METRIC_EXPORT_INTERVAL", "500");
    variables.put("ADMIN_PORT", "0");
    for (var service : Processes.SERVICES) {
      var process = ProcessUnderTest.launch(service, variables);
      processes.add(process);
      process.port();
    }
    var visitor =
        new Visitor(
            Integer.parseInt(variables.getOrDefault("MARKETPLACE_PORT", "")),
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .cookieHandler(cookies)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build());
    visitor.open("/");
    visitor.open("/books/1");
    visitor.open("/search?q=" + SECRETS.get(3));
    visitor.get("/no/such/" + SECRETS.get(3));
    call(visitor, "helloworld.Greeter.SayHello", "{\"name\":\"" + SECRETS.get(0) + "\"}");
    submit(visitor, "/name", Map.of("name", SECRETS.get(0)));
    visitor.open("/");
    submit(visitor, "/basket", Map.of("change", "add", "book", "1", "quantity", "1"));
    var form = visitor.open("/checkout").page();
    var ordered =
        submit(
            visitor,
            "/checkout",
            Map.of(
                "key", form.select("[name=key]").val(),
                "shown", form.select("[name=shown]").val(),
                "name", SECRETS.get(0),
                "phone", "+" + SECRETS.get(1),
                "address", SECRETS.get(2) + " 1"));
    assertThat(ordered.page().select("h1").text()).isEqualTo("Thank you!");
    order = ordered.response().uri().getPath().replaceFirst(".*/", "");
  }

  @AfterAll
  static void stop() {
    processes.forEach(ProcessUnderTest::close);
    receiver.close();
  }

  @Test
  void every_service_exports_every_signal() {
    var expected = new TreeSet<String>();
    for (var service : Processes.SERVICES) {
      for (var signal : List.of("traces", "metrics", "logs")) {
        expected.add(service + " " + signal);
      }
    }
    Polling.within(TIMEOUT, () -> assertThat(receiver.sources()).isEqualTo(expected));
  }

  @Test
  void one_trace_leads_from_the_browsers_request_to_the_insert() {
    assertPath(
        "orders INSERT orders",
        "orders bookmarket.orders.v1.OrderService/PlaceOrder",
        "marketplace bookmarket.orders.v1.OrderService/PlaceOrder",
        "marketplace bookmarket.orders.v1.OrderService/PlaceOrder",
        "marketplace POST /checkout");
  }

  @ParameterizedTest
  @CsvSource({
    "GET /, recommendations, Recommendations/Recommend",
    "GET /, recommendations, bookmarket.catalogue.v1.CatalogueService/ListCategories",
    "GET /, greeter, helloworld.Greeter/SayHello",
    "GET /books/{id}, recommendations, bookmarket.catalogue.v1.CatalogueService/GetBook",
    "GET /search, recommendations, bookmarket.catalogue.v1.CatalogueService/SearchBooks",
    "POST /jsonrpc, greeter, helloworld.Greeter/SayHello"
  })
  void each_page_is_the_ancestor_of_the_calls_that_it_makes(
      String page, String service, String method) {
    assertPath(
        service + " " + method,
        "marketplace " + method,
        "marketplace " + method,
        "marketplace " + page);
  }

  @Test
  void spans_have_the_attributes_that_the_conventions_require() {
    every_service_exports_every_signal();
    one_trace_leads_from_the_browsers_request_to_the_insert();

    receiver.spans().forEach(SemanticConventions::check);
  }

  @Test
  void metrics_have_the_units_and_the_attributes_that_the_conventions_require() {
    Polling.within(
        TIMEOUT,
        () ->
            assertThat(receiver.series())
                .extracting(Series::metric)
                .containsAll(SemanticConventions.metrics()));

    receiver.series().forEach(SemanticConventions::check);
  }

  @Test
  void no_signal_contains_what_a_visitor_entered_or_stores() {
    every_service_exports_every_signal();
    one_trace_leads_from_the_browsers_request_to_the_insert();
    var secrets = new ArrayList<>(SECRETS);
    secrets.add(order);
    cookies.getCookieStore().getCookies().stream()
        .map(HttpCookie::getValue)
        .filter(value -> value.length() > 5)
        .forEach(secrets::add);
    var signals = new ArrayList<>(receiver.bodies());
    for (var process : processes) {
      signals.addAll(process.log());
      var port = process.awaitLog("port=(\\d+) .*Listening for /metrics").group(1);
      signals.add(Visitor.of(Integer.parseInt(port)).get("/metrics").text());
    }
    assertThat(secrets).hasSizeGreaterThan(SECRETS.size() + 1).doesNotContain("");
    for (var secret : secrets) {
      assertThat(signals).noneMatch(signal -> signal.contains(secret));
    }
  }

  /** Waits for a span and its ancestors with these services and names, from child to parent. */
  private static void assertPath(String... path) {
    Polling.within(
        TIMEOUT,
        () -> {
          var spans = receiver.spans();
          assertThat(spans)
              .as(() -> "%s in:%n%s".formatted(String.join(" <- ", path), lines(spans)))
              .anyMatch(span -> leads(span, spans, path));
        });
  }

  private static boolean leads(Received start, List<Received> spans, String... path) {
    var matching = List.of(start);
    for (int i = 0; i < path.length; i++) {
      if (i > 0) {
        var child = matching.get(0);
        matching =
            spans.stream()
                .filter(span -> span.id().equals(child.parent()))
                .filter(span -> span.trace().equals(child.trace()))
                .toList();
      }
      if (matching.size() != 1
          || !(matching.get(0).service() + " " + matching.get(0).span().getName())
              .equals(path[i])) {
        return false;
      }
    }
    return matching.get(0).parent().isEmpty();
  }

  private static String lines(List<Received> spans) {
    return spans.stream()
        .map(
            span ->
                String.join(
                    " ",
                    span.trace(),
                    span.parent(),
                    span.id(),
                    span.service(),
                    span.span().getName()))
        .sorted()
        .collect(joining("\n"));
  }

  private static void call(Visitor visitor, String method, String request) {
    var call =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}".formatted(method, request);
    // On a busy machine, a call can miss its deadline.
    Polling.within(
        TIMEOUT,
        () -> {
          var post =
              HttpRequest.newBuilder()
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(call));
          assertThat(visitor.send(post, "/jsonrpc").text()).contains("\"result\"");
        });
  }

  /** Submits a form, and retries after a 503: a busy machine misses deadlines. */
  private static Visitor.Response submit(Visitor visitor, String path, Map<String, String> fields) {
    var form =
        fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
            .collect(joining("&"));
    for (int attempt = 1; ; attempt++) {
      var request =
          HttpRequest.newBuilder()
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(BodyPublishers.ofString(form));
      var response = visitor.send(request, path);
      if (response.status() != 503 || attempt == 20) {
        return response;
      }
    }
  }
}
