package dev.bookmarket.marketplace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.web.ExceptionHandlers;
import dev.bookmarket.marketplace.web.Templates;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.StartupException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class WebServerTest {
  private static final Duration NO_DRAIN = Duration.ZERO;
  private static final Duration LONG_DRAIN = Duration.ofMinutes(10);

  private final List<WebServer> servers = new ArrayList<>();
  private final AtomicInteger slowBegun = new AtomicInteger();
  private final CompletableFuture<String> slow = new CompletableFuture<>();

  @AfterEach
  void stopAll() {
    servers.forEach(WebServer::close);
  }

  @Test
  void is_not_ready_until_it_is_warm() {
    var web = start(NO_DRAIN, routes -> routes.get("/", request -> request.result("home")));

    assertThat(RawHttp.get(web.port(), "/readyz"))
        .extracting("status", "body")
        .containsExactly(503, "starting\n");
    assertThat(web.isReady()).isFalse();

    web.warmUp();

    assertThat(RawHttp.get(web.port(), "/readyz"))
        .extracting("status", "body")
        .containsExactly(200, "ready\n");
    assertThat(web.isReady()).isTrue();
  }

  @Test
  void warms_up_by_rendering_the_page_before_it_is_ready() {
    var readyMeanwhile = new CopyOnWriteArrayList<Integer>();
    var port = new CompletableFuture<Integer>();
    var web =
        start(
            NO_DRAIN,
            routes ->
                routes.get(
                    "/",
                    request -> {
                      readyMeanwhile.add(RawHttp.get(port.join(), "/readyz").status());
                      request.result("warm");
                    }));
    port.complete(web.port());

    web.warmUp();

    assertThat(readyMeanwhile).isNotEmpty().containsOnly(503);
  }

  @Test
  void responds_while_it_drains_and_closes_each_connection() throws Exception {
    var web = start(LONG_DRAIN, routes -> routes.get("/", request -> request.result("home")));
    web.warmUp();
    try (var client = RawHttp.connect(web.port())) {
      client.send("GET /page HTTP/1.1\r\nHost: shop\r\n\r\n");
      assertThat(client.response().header("Connection")).isEmpty();

      var stop = inBackground(web::close);
      Eventually.soon("not ready", () -> RawHttp.get(web.port(), "/readyz").status() == 503);

      assertThat(RawHttp.get(web.port(), "/readyz").body()).isEqualTo("stopping\n");
      assertThat(web.isReady()).isFalse();
      client.send("GET /page HTTP/1.1\r\nHost: shop\r\n\r\n");
      var last = client.response();
      assertThat(last.status()).isEqualTo(200);
      assertThat(last.body()).isEqualTo("a page");
      assertThat(last.header("Connection")).isEqualTo("close");
      assertThat(client.isClosed()).isTrue();
      stop.interrupt();
      stop.join(20_000);
      assertThat(stop.isAlive()).isFalse();
      assertThat(accepts(web.port())).isFalse();
    }
  }

  @Test
  void every_response_closes_its_connection_while_the_server_drains() throws Exception {
    var web = start(LONG_DRAIN, routes -> {});
    var stop = inBackground(web::close);
    Eventually.soon(
        "stopping", () -> RawHttp.get(web.port(), "/readyz").body().equals("stopping\n"));

    for (var path : List.of("/page", "/nowhere", "/assets/shop.css", "/page?%zz", "/error")) {
      try (var client = RawHttp.connect(web.port())) {
        client.send("GET " + path + " HTTP/1.1\r\nHost: shop\r\n\r\n");
        assertThat(client.response().header("Connection")).as(path).isEqualTo("close");
      }
    }
    stop.interrupt();
    stop.join(20_000);
  }

  @Test
  void responds_to_requests_in_flight_when_it_stops() throws Exception {
    var web = start(NO_DRAIN, routes -> {});
    var clients = new ArrayList<RawHttp>();
    for (int client = 0; client < 5; client++) {
      clients.add(RawHttp.connect(web.port()));
      clients.get(client).send("GET /slow HTTP/1.1\r\nHost: shop\r\n\r\n");
    }
    Eventually.soon("all begun", () -> slowBegun.get() == 5);

    var stop = inBackground(web::close);
    Eventually.soon("no more listening", () -> !accepts(web.port()));
    slow.completeOnTimeout("at last", 1_500, TimeUnit.MILLISECONDS);

    for (var client : clients) {
      assertThat(client.response()).extracting("status", "body").containsExactly(200, "at last");
      client.close();
    }
    stop.join(20_000);
    assertThat(stop.isAlive()).isFalse();
  }

  @Test
  void waits_for_an_endless_request_up_to_its_timeout_but_not_for_idle_connections() {
    var busy = start(NO_DRAIN, routes -> {});
    var idle = start(NO_DRAIN, routes -> {});
    var clients = new ArrayList<RawHttp>();
    clients.add(RawHttp.connect(idle.port())); // one that never asks for anything
    for (int client = 0; client < 5; client++) {
      var connection = RawHttp.connect(idle.port());
      clients.add(connection);
      connection.send("GET /page HTTP/1.1\r\nHost: shop\r\n\r\n");
      assertThat(connection.response().status()).isEqualTo(200);
    }
    try (var client = RawHttp.connect(busy.port())) {
      client.send("GET /slow HTTP/1.1\r\nHost: shop\r\n\r\n");
      Eventually.soon("begun", () -> slowBegun.get() == 1);

      var timeOfBusy = timeOf(busy::close);
      var timeOfIdle = timeOf(idle::close);

      assertThat(timeOfBusy).isGreaterThan(WebServer.STOP_TIMEOUT);
      assertThat(timeOfIdle).isLessThan(timeOfBusy);
    }
    assertThat(accepts(busy.port())).isFalse();
    assertThat(clients).allMatch(RawHttp::isClosed);
    clients.forEach(RawHttp::close);
  }

  @Test
  void unused_connections_stay_open_for_longer_than_in_common_proxies() throws IOException {
    var web =
        start(
            NO_DRAIN,
            routes ->
                routes.get(
                    "/idle-timeout",
                    ctx -> ctx.result(String.valueOf(connectionOf(ctx).getIdleTimeout()))));

    long seconds = Long.parseLong(RawHttp.get(web.port(), "/idle-timeout").body()) / 1_000;

    assertThat(seconds).isGreaterThan(60);
    assertThat(Files.readString(Path.of("../docs/operations.md")))
        .contains("shorter than " + seconds + " s", "closed after " + seconds + " s");
  }

  @Test
  void stops_only_once() {
    var web = start(NO_DRAIN, routes -> {});

    web.close();
    web.close();

    assertThat(accepts(web.port())).isFalse();
  }

  @Test
  void names_the_port_that_is_taken_and_its_variable() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var listen =
          new ListenAddress(
              InetAddress.getLoopbackAddress(), other.getLocalPort(), "MARKETPLACE_PORT");

      assertThatThrownBy(
              () ->
                  new WebServer(
                      listen,
                      NO_DRAIN,
                      List.of(),
                      0,
                      new Templates(ctx -> 0, ""),
                      routes -> {},
                      () -> {}))
          .isInstanceOf(StartupException.class)
          .hasMessage(
              "port %s is taken: stop the process that uses it, or set MARKETPLACE_PORT to"
                  + " another port",
              other.getLocalPort());
    }
  }

  @Test
  void handles_an_error_of_the_jvm_like_an_exception() {
    var web = start(NO_DRAIN, routes -> {});
    for (var path : List.of("/error", "/error-later", "/exception", "/exception-later")) {
      try (var log = CapturedLog.begin()) {
        var answer = RawHttp.get(web.port(), path);

        assertThat(answer.status()).as(path).isEqualTo(500);
        assertThat(answer.page().select("h1").text()).isEqualTo("Something went wrong");
        assertThat(answer.body()).doesNotContain("secret");
        assertThat(log.lines())
            .as(path)
            .singleElement()
            .asString()
            .contains("Unexpected failure", "error_id=", "secret");
      }
    }
  }

  @Test
  void a_thread_that_completes_a_response_does_not_wait_for_a_slow_client() throws Exception {
    // Also when it is compressed, longer than the buffers of a connection.
    var letters = new Random(1).ints(16_000_000, 'a', 'z' + 1);
    var longText =
        letters
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    var completed = new AtomicInteger();
    var responder = Executors.newSingleThreadExecutor();
    var web =
        start(
            NO_DRAIN,
            routes ->
                routes.get(
                    "/long",
                    ctx ->
                        ctx.future(
                            () ->
                                CompletableFuture.runAsync(() -> ctx.result(longText), responder)
                                    .whenComplete(
                                        (done, failure) -> completed.incrementAndGet()))));
    try (var slowClient = RawHttp.connect(web.port());
        var slowClientWithGzip = RawHttp.connect(web.port())) {
      slowClient.send("GET /long HTTP/1.1\r\nHost: shop\r\n\r\n");
      slowClientWithGzip.send("GET /long HTTP/1.1\r\nHost: shop\r\nAccept-Encoding: gzip\r\n\r\n");
      Eventually.soon("both are processed", () -> completed.get() == 2);

      assertThat(RawHttp.get(web.port(), "/long").body()).isEqualTo(longText);
      assertThat(slowClient.response().body()).isEqualTo(longText);
    } finally {
      responder.shutdownNow();
    }
  }

  private WebServer start(Duration drain, Consumer<RoutesConfig> more) {
    var templates = new Templates(ctx -> 0, "");
    var web =
        new WebServer(
            ListenAddress.anyFreePort(),
            drain,
            List.of(),
            0,
            templates,
            routes -> {
              routes.get("/page", request -> request.result("a page"));
              routes.get(
                  "/slow",
                  request -> {
                    slowBegun.incrementAndGet();
                    request.future(() -> slow.thenAccept(request::result));
                  });
              routes.get(
                  "/error",
                  request -> {
                    throw new NoClassDefFoundError("secret");
                  });
              routes.get(
                  "/error-later", request -> request.future(() -> failed(new Error("secret"))));
              routes.get(
                  "/exception",
                  request -> {
                    throw new IllegalStateException("secret");
                  });
              routes.get(
                  "/exception-later",
                  request -> request.future(() -> failed(new IllegalStateException("secret"))));
              new ExceptionHandlers(templates).addTo(routes);
              more.accept(routes);
            },
            () -> {});
    if (drain.isZero()) {
      servers.add(web);
    }
    return web;
  }

  private static EndPoint connectionOf(Context ctx) {
    return ServletContextRequest.getServletContextRequest(ctx.req())
        .getConnectionMetaData()
        .getConnection()
        .getEndPoint();
  }

  private static CompletableFuture<?> failed(Throwable failure) {
    return CompletableFuture.failedFuture(failure);
  }

  private static Duration timeOf(Runnable task) {
    var begin = System.nanoTime();
    task.run();
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private static Thread inBackground(Runnable task) {
    var thread = new Thread(task, "stop");
    thread.start();
    return thread;
  }

  private static boolean accepts(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
