package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.Observability.Query;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A running shop, with visitors, outages and overload, emits each metric, each label and each value
 * that a dashboard, an alert or a data source names.
 */
@Needs({Tool.LOOPBACK_NETWORK, Tool.SIGNALS})
@ResourceLock(Load.LOCK)
class DashboardMetricsTest {
  /** More than the marketplace serves and queues while its pages wait for a hung backend. */
  private static final int OVERLOAD = 400;

  private static final List<String> REPLICAS = List.of("127.0.0.2", "127.0.0.3");
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final List<ProcessUnderTest> running = new ArrayList<>();
  private static Scrape scrape = new Scrape(List.of());

  @BeforeAll
  static void visit(@TempDir Path folder) {
    int port = Ports.free();
    var hosts = HostsFile.in(folder, REPLICAS.toArray(String[]::new));
    var replicas =
        REPLICAS.stream()
            .map(address -> start("recommendations", Map.of("BIND_ADDRESS", address), port))
            .toList();
    var ordersPort = Ports.free();
    var database = folder.resolve("orders.db").toString();
    var orders = start("orders", Map.of("ORDERS_DB", database), ordersPort);
    var greeterPort = Ports.free();
    start("greeter", Map.of(), greeterPort);
    var marketplace =
        start(
            "marketplace",
            Map.of(
                "RECOMMENDATIONS_HOST", HostsFile.NAME,
                "RECOMMENDATIONS_PORT", String.valueOf(port),
                "ORDERS_PORT", String.valueOf(ordersPort),
                "GREETER_PORT", String.valueOf(greeterPort)),
            0,
            hosts.jvmOption());
    running.forEach(ProcessUnderTest::port);

    int shop = marketplace.port();
    browse(shop);
    var buyer = new Buyer(shop);
    buyer.buy(1);
    orders.suspend();
    assertThat(buyer.tryToBuy(2).status()).isEqualTo(503);
    overload(marketplace, "order", new Buyer(shop).orderRequest(3));
    orders.resume();
    eject(replicas.get(0), shop, marketplace);
    replicas.get(1).suspend();
    overload(
        marketplace,
        "normal",
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + shop + "/")).build());
    replicas.forEach(ProcessUnderTest::kill);
    Visitor.of(shop).get("/");
    Visitor.of(shop).get("/books/1");

    running.removeAll(replicas);
    scrape = running.stream().map(DashboardMetricsTest::scrapeOf).reduce(scrape, Scrape::and);
  }

  @AfterAll
  static void stop() {
    running.forEach(ProcessUnderTest::close);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("queries")
  void emits_what_the_query_names(Query query) {
    var parsed = PromQl.parse(query.text());

    assertThat(parsed.selectors()).as(query.text()).isNotEmpty();
    assertThat(scrape.missing(parsed)).as(query.text()).isEmpty();
  }

  @Test
  void the_queries_of_dashboards_alerts_and_data_sources_are_known() {
    assertThat(queries()).hasSizeGreaterThan(40);
  }

  static List<Query> queries() {
    return Observability.queries();
  }

  private static ProcessUnderTest start(
      String module, Map<String, String> more, int port, String... jvmOptions) {
    var variables = new HashMap<>(Map.of("ADMIN_PORT", "0", "DRAIN_MS", "0"));
    variables.put(Processes.portVariable(module), String.valueOf(port));
    variables.putAll(more);
    var process = ProcessUnderTest.launch(module, variables, jvmOptions);
    running.add(process);
    return process;
  }

  private static void browse(int shop) {
    new Buyer(shop).submitName("Ada");
    var visitor = Visitor.of(shop);
    for (var path : List.of("/", "/categories/mystery", "/books/1", "/search?q=falcon", "/lost")) {
      visitor.open(path);
    }
    visitor.send(
        HttpRequest.newBuilder()
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\",\"params\":[\"you\"]}")),
        "/jsonrpc");
  }

  /** Suspends a replica, and loads the shop until the calls avoid it. */
  private static void eject(ProcessUnderTest replica, int shop, ProcessUnderTest marketplace) {
    try (var load = Load.on(shop, home -> assertThat(home.status()).isEqualTo(200))) {
      load.awaitVisits(20);
      replica.suspend();
      marketplace.awaitLog("Replica ejected");
    }
  }

  /** Sends a request more often at once than the shop accepts, until it rejects some. */
  private static void overload(ProcessUnderTest marketplace, String priority, HttpRequest request) {
    var client = Visitor.of(request.uri().getPort()).http();
    var rejected =
        PromQl.parse(
            "bookmarket_admission_rejected_total{bookmarket_priority=\"" + priority + "\"}");
    Polling.within(
        TIMEOUT,
        () -> {
          var responses =
              IntStream.range(0, OVERLOAD)
                  .mapToObj(i -> client.sendAsync(request, HttpResponse.BodyHandlers.discarding()))
                  .toList();
          try {
            responses.forEach(CompletableFuture::join);
          } catch (CompletionException e) {
            throw new AssertionError("no response", e);
          }
          assertThat(scrapeOf(marketplace).missing(rejected)).isEmpty();
        });
  }

  private static Scrape scrapeOf(ProcessUnderTest process) {
    var port = process.awaitLog("port=(\\d+) .*/metrics").group(1);
    var response = Visitor.of(Integer.parseInt(port)).get("/metrics");
    assertThat(response.status()).isEqualTo(200);
    return Scrape.parse(response.text());
  }
}
