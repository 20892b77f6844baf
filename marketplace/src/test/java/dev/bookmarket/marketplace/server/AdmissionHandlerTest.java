package dev.bookmarket.marketplace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.Priority;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Overload of a real server by requests that do not end. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class AdmissionHandlerTest {
  private static final int LIMIT = AdmissionHandler.MAX_IN_FLIGHT;

  private final AtomicInteger begun = new AtomicInteger();
  private final CompletableFuture<String> slow = new CompletableFuture<>();
  private final CountDownLatch unblocked = new CountDownLatch(1);
  private final TestTelemetry telemetry = TestTelemetry.begin();
  private final List<RawHttp> connections = new ArrayList<>();
  private WebServer server;

  @BeforeEach
  void start() {
    server =
        SomeRoutes.serve(
            (routes, templates) -> {
              routes.get("/healthz", ctx -> ctx.result("alive\n"));
              routes.get("/page", ctx -> ctx.result("a page"));
              routes.get("/priority", ctx -> ctx.result(String.valueOf(Priority.KEY.get())));
              routes.get("/basket", ctx -> ctx.result(String.valueOf(Priority.KEY.get())));
              routes.get("/checkout", ctx -> ctx.result(String.valueOf(Priority.KEY.get())));
              routes.post("/checkout", ctx -> ctx.result(String.valueOf(Priority.KEY.get())));
              routes.post("/jsonrpc", ctx -> ctx.result(String.valueOf(Priority.KEY.get())));
              routes.get(
                  "/slow",
                  ctx -> {
                    begun.incrementAndGet();
                    ctx.future(() -> slow.thenAccept(ctx::result));
                  });
              routes.get(
                  "/later",
                  ctx -> {
                    begun.incrementAndGet();
                    ctx.future(
                        () ->
                            new CompletableFuture<String>()
                                .completeOnTimeout("later", 100, TimeUnit.MILLISECONDS)
                                .thenAccept(ctx::result));
                  });
              routes.get(
                  "/blocking",
                  ctx -> {
                    begun.incrementAndGet();
                    unblocked.await();
                  });
              routes.get(
                  "/broken",
                  ctx -> {
                    throw new NoClassDefFoundError("x");
                  });
            });
  }

  @AfterEach
  void stop() {
    slow.complete("at last");
    unblocked.countDown();
    connections.forEach(RawHttp::close);
    server.close();
    telemetry.close();
  }

  @Test
  void limits_the_requests_in_flight_and_rejects_those_that_wait_too_long() {
    try (var log = CapturedLog.begin()) {
      get(LIMIT, "127.0.0.1", "/slow");
      Eventually.soon("saturated", () -> begun.get() == LIMIT);
      get(20, "127.0.0.1", "/slow");

      for (var rejected : connections.subList(LIMIT, LIMIT + 20)) {
        assertThat(rejected.response().status()).isEqualTo(503);
      }
      assertThat(begun).hasValue(LIMIT);
      assertThat(log.lines()).as("counted only").isEmpty();
    }
    slow.complete("at last");
    for (var admitted : connections.subList(0, LIMIT)) {
      assertThat(admitted.response().body()).isEqualTo("at last");
    }
    assertThat(RawHttp.get(server.port(), "/page").body()).isEqualTo("a page");
  }

  @Test
  void measures_requests_in_flight_waiting_and_rejected() {
    get(LIMIT, "127.0.0.1", "/slow");
    Eventually.soon("saturated", () -> begun.get() == LIMIT);
    var labels =
        Map.of("bookmarket_protocol", "http", "server_port", String.valueOf(server.port()));
    var rejected = Map.of("bookmarket_protocol", "http", "bookmarket_priority", "order");
    var sent = new AtomicInteger();
    Eventually.soon(
        "waiting",
        () -> {
          var metrics = telemetry.metrics();
          // On a busy machine, all may be rejected before they are seen.
          if (metrics.value("bookmarket_admission_rejected_total", rejected) == sent.get()) {
            send("POST", 3, "127.0.0.1", "/checkout");
            sent.addAndGet(3);
          }
          return metrics.value("bookmarket_admission_waiting", labels) == 3;
        });

    var metrics = telemetry.metrics();
    assertThat(metrics.value("bookmarket_admission_in_flight", labels)).isEqualTo(LIMIT);
    assertThat(metrics.value("bookmarket_admission_limit", labels)).isEqualTo(LIMIT);
    Eventually.soon(
        "rejected",
        () ->
            telemetry.metrics().value("bookmarket_admission_rejected_total", rejected)
                == sent.get());
  }

  @Test
  void rejects_with_the_error_page_in_the_visitors_language() {
    get(LIMIT, "127.0.0.1", "/slow");
    Eventually.soon("saturated", () -> begun.get() == LIMIT);

    var page = RawHttp.get(server.port(), "/page");

    assertThat(page.status()).isEqualTo(503);
    assertThat(Integer.parseInt(page.header("Retry-After"))).isBetween(1, 10);
    assertThat(page.header("Cache-Control")).isEqualTo("no-store");
    assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(page.header("Content-Security-Policy")).contains("default-src 'self'");
    assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(page.body()).startsWith("<!DOCTYPE html>");
    assertThat(page.page().select("html").attr("lang")).isEqualTo("en");
    assertThat(page.page().title()).isNotEmpty();
    assertThat(page.page().select("h1").text()).contains("temporarily unavailable");
    assertThat(page.page().select("meta[name=viewport], link[rel=stylesheet]")).hasSize(2);
    var chinese =
        RawHttp.exchange(
            server.port(),
            "GET /page HTTP/1.1\r\nHost: x\r\nAccept-Language: zh-CN\r\nConnection: close\r\n\r\n");
    assertThat(chinese.page().select("html").attr("lang")).isEqualTo("zh-Hans");
    var chosen =
        RawHttp.exchange(
            server.port(),
            "GET /page HTTP/1.1\r\nHost: x\r\nCookie: language=zh; scheme=dark\r\n"
                + "Accept-Language: en\r\nConnection: close\r\n\r\n");
    assertThat(chosen.page().select("html").attr("lang")).isEqualTo("zh-Hans");
    assertThat(chosen.page().select("html").attr("data-scheme")).isEqualTo("dark");
    assertThat(chosen.header("Content-Language")).isEqualTo("zh-Hans");
    assertThat(chosen.header("Vary")).contains("Cookie", "Accept-Language");
    var head = RawHttp.send(server.port(), "HEAD", "/page");
    assertThat(head.status()).isEqualTo(503);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/slow", "/blocking"})
  void health_is_served_while_everything_else_is_saturated(String path) {
    get(600, "127.0.0.1", path);
    Eventually.soon("saturated", () -> begun.get() == LIMIT);

    for (int i = 0; i < 20; i++) {
      assertThat(RawHttp.get(server.port(), "/healthz").body()).isEqualTo("alive\n");
      assertThat(RawHttp.get(server.port(), "/readyz").body()).isEqualTo("starting\n");
    }
    assertThat(begun).hasValue(LIMIT);
  }

  @Test
  void another_address_is_served_while_one_sends_more_than_all_capacity() throws Exception {
    var attacking = new AtomicBoolean(true);
    var attackers = new ArrayList<Thread>();
    var attackersServed = new AtomicInteger();
    var attackersRejected = new AtomicInteger();
    for (int i = 0; i < 4 * LIMIT; i++) {
      attackers.add(
          new Thread(
              () -> {
                while (attacking.get()) {
                  var isServed = RawHttp.get(server.port(), "/later").status() == 200;
                  (isServed ? attackersServed : attackersRejected).incrementAndGet();
                }
              },
              "attacker-" + i));
    }
    attackers.forEach(Thread::start);
    Eventually.soon("saturated", () -> begun.get() > 2 * LIMIT);

    int served = 0;
    for (int i = 0; i < 50; i++) {
      try (var other = RawHttp.connectFrom("127.0.0.2", server.port())) {
        other.send("GET /page HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
        served += other.response().body().equals("a page") ? 1 : 0;
      }
    }
    attacking.set(false);
    for (var attacker : attackers) {
      attacker.join();
    }
    // On a busy machine, some requests wait too long. Without fairness, both have the same share.
    var shareOfAttackers =
        attackersServed.doubleValue() / (attackersServed.get() + attackersRejected.get());
    assertThat(served / 50.0).isGreaterThan(Math.min(0.5, 2 * shareOfAttackers));
  }

  @Test
  void an_exception_or_a_closed_connection_ends_a_request() {
    for (int i = 0; i < 2 * LIMIT; i++) {
      assertThat(RawHttp.get(server.port(), "/broken").status()).isEqualTo(500);
    }
    get(LIMIT, "127.0.0.1", "/slow");
    Eventually.soon("saturated", () -> begun.get() == LIMIT);
    connections.forEach(RawHttp::close);
    slow.complete("too late");

    assertThat(RawHttp.get(server.port(), "/page").body()).isEqualTo("a page");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /priority, NORMAL",
    "GET, /basket, BASKET",
    "GET, /checkout, BASKET",
    "POST, /checkout, ORDER",
    "POST, /jsonrpc, LOW"
  })
  void the_context_of_a_request_has_its_priority(String method, String path, String priority) {
    assertThat(RawHttp.send(server.port(), method, path).body()).isEqualTo(priority);
  }

  private void get(int count, String from, String path) {
    send("GET", count, from, path);
  }

  private void send(String method, int count, String from, String path) {
    for (int i = 0; i < count; i++) {
      var connection = RawHttp.connectFrom(from, server.port());
      connections.add(connection);
      connection.send(method + " " + path + " HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n\r\n");
    }
  }
}
