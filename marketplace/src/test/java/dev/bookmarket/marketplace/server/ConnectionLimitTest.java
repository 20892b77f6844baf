package dev.bookmarket.marketplace.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Eventually;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limits of connections, in a server with small limits and a long idle timeout. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ConnectionLimitTest {
  private static final String ATTACKER = "127.0.0.1";
  private static final String VISITOR = "127.0.0.2";
  private static final String OTHER_VISITOR = "127.0.0.3";
  private static final int LIMIT = 4;
  private static final Duration LONG = Duration.ofMinutes(10);

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger completed = new AtomicInteger();
  private final List<Callback> slow = new CopyOnWriteArrayList<>();
  private final List<RawHttp> connections = new ArrayList<>();
  private final Server server = new Server(0);

  private void start(Duration maxHeaderTime) throws Exception {
    start(LIMIT, maxHeaderTime);
  }

  private void start(int maxConnections, Duration maxHeaderTime) throws Exception {
    var limit = new ConnectionLimit(maxConnections, maxHeaderTime);
    var connector = (ServerConnector) server.getConnectors()[0];
    connector.addEventListener(limit);
    connector.setIdleTimeout(LONG.toMillis());
    server.setHandler(new Responder());
    server.insertHandler(limit);
    server.insertHandler(new Counter());
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    connections.forEach(RawHttp::close);
    server.stop();
  }

  @Test
  void a_connection_without_a_first_header_is_closed() throws Exception {
    start(Duration.ofMillis(200));

    assertThat(connect(ATTACKER).isClosed()).isTrue();
  }

  @Test
  void a_header_has_a_total_time_limit_although_bytes_arrive() throws Exception {
    start(Duration.ofMillis(200));

    assertThatSlowHeaderIsClosed(connect(ATTACKER));
  }

  @Test
  void a_later_header_has_this_limit_from_its_first_byte() throws Exception {
    start(Duration.ofSeconds(3));
    var connection = connect(ATTACKER);
    assertThat(respond(connection)).isEqualTo("/");
    TimeUnit.SECONDS.sleep(5); // longer than the limit of a header

    assertThat(respond(connection)).isEqualTo("/");
    assertThatSlowHeaderIsClosed(connection);
  }

  @Test
  void a_request_in_progress_has_no_limit() throws Exception {
    start(Duration.ofSeconds(3));
    var connection = connect(ATTACKER);
    connection.send("GET /slow HTTP/1.1\r\nHost: shop\r\n\r\nGET /");
    Eventually.soon("begun", () -> slow.size() == 1);
    TimeUnit.SECONDS.sleep(5);

    slow.get(0).succeeded();

    assertThat(connection.response().status()).isEqualTo(200);
    connection.send("next HTTP/1.1\r\nHost: shop\r\n\r\n");
    assertThat(connection.response().body()).isEqualTo("/next");
  }

  @Test
  void a_new_connection_replaces_the_one_that_has_been_quiet_longest() throws Exception {
    start(LONG);
    for (int i = 0; i < LIMIT; i++) {
      assertThat(respond(connect(ATTACKER))).isEqualTo("/");
    }
    assertThat(respond(connections.get(0))).as("no longer quiet").isEqualTo("/");

    try (var log = CapturedLog.begin()) {
      assertThat(respond(connect(ATTACKER))).isEqualTo("/");
      assertThat(connections.get(1).isClosed()).isTrue();
      assertThat(log.lines()).isEmpty();
      log.logCounts();
      assertThat(log.lines()).singleElement().asString().contains("Connections closed, too many");
    }
    for (int i : List.of(0, 2, 3, 4)) {
      assertThat(respond(connections.get(i))).isEqualTo("/");
    }
  }

  @Test
  void the_address_with_the_most_connections_loses_one() throws Exception {
    start(LONG);
    var visitors = List.of(connect(VISITOR), connect(OTHER_VISITOR));
    for (var visitor : visitors) {
      assertThat(respond(visitor)).isEqualTo("/");
    }
    for (int i = 0; i < 20; i++) {
      var attacker = connect(ATTACKER);
      assertThat(respond(attacker)).isEqualTo("/");
      attacker.send("GET / HTTP/1.1\r\nX: ");
    }

    for (var visitor : visitors) {
      assertThat(respond(visitor)).isEqualTo("/");
    }
    for (var attacker : connections.subList(2, 20)) {
      assertThat(attacker.isClosed()).isTrue();
    }
  }

  @Test
  void a_new_connection_is_served_while_others_repeat_requests() throws Exception {
    start(LONG);
    for (int i = 0; i < LIMIT; i++) {
      connect(ATTACKER);
    }
    for (int i = 0; i < 20; i++) {
      connections.get(i).send("GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
      try (var visitor = RawHttp.connectFrom(VISITOR, port())) {
        assertThat(respond(visitor)).isEqualTo("/");
      }
      connect(ATTACKER);
    }
  }

  @Test
  void requests_in_progress_are_not_aborted() throws Exception {
    start(LONG);
    for (int i = 0; i < LIMIT; i++) {
      connect(ATTACKER).send("GET /slow HTTP/1.1\r\nHost: shop\r\n\r\n");
    }
    Eventually.soon("begun", () -> slow.size() == LIMIT);

    assertThat(connect(ATTACKER).isClosed()).as("more than its share").isTrue();
    var visitor = connect(VISITOR);
    assertThat(respond(visitor)).isEqualTo("/");
    assertThat(connect(ATTACKER).isClosed()).as("more than its share").isTrue();
    assertThat(respond(connect(OTHER_VISITOR))).isEqualTo("/");
    assertThat(respond(visitor)).as("has not more than its share").isEqualTo("/");

    slow.forEach(Callback::succeeded);
    for (var attacker : connections.subList(0, LIMIT)) {
      assertThat(attacker.response().status()).isEqualTo(200);
    }
  }

  @Test
  void there_are_at_most_twice_as_many_if_all_have_requests_in_progress() throws Exception {
    int limit = 12;
    start(limit, LONG);
    int addresses = 0;
    while (connections.size() < 2 * limit) {
      addresses++;
      for (int i = 0; i < limit / addresses && connections.size() < 2 * limit; i++) {
        connect("127.0.1." + addresses).send("GET /slow HTTP/1.1\r\nHost: shop\r\n\r\n");
        Eventually.soon("begun", () -> slow.size() == connections.size());
      }
    }
    assertThat(addresses).as("another one has a share").isLessThan(limit);

    assertThat(connect(VISITOR).isClosed()).isTrue();

    slow.forEach(Callback::succeeded);
  }

  @Test
  void closed_connections_do_not_count() throws Exception {
    start(LONG);
    var visitor = connect(VISITOR);
    for (int i = 0; i < 3 * LIMIT; i++) {
      try (var other = RawHttp.connectFrom(VISITOR, port())) {
        other.send("GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
        assertThat(other.response().body()).isEqualTo("/");
        assertThat(other.isClosed()).isTrue();
      }
      Eventually.soon("closed", () -> server.getConnectors()[0].getConnectedEndPoints().size() < 3);
    }

    assertThat(respond(visitor)).isEqualTo("/");
  }

  private RawHttp connect(String address) {
    var connection = RawHttp.connectFrom(address, port());
    connections.add(connection);
    return connection;
  }

  private int port() {
    return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
  }

  /** Returns the response to a request when it no longer counts as in progress. */
  private String respond(RawHttp connection) {
    connection.send("GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
    var body = connection.response().body();
    Eventually.soon("completed", () -> completed.get() + slow.size() == requests.get());
    return body;
  }

  /** The header grows until the server closes the connection. */
  private static void assertThatSlowHeaderIsClosed(RawHttp connection) {
    connection.send("GET / HTTP/1.1\r\nX: ");
    var sender =
        new Thread(
            () -> {
              for (int sent = 0; sent < 7_000 && !Thread.interrupted(); sent++) {
                connection.send("x");
                try {
                  TimeUnit.MILLISECONDS.sleep(20);
                } catch (InterruptedException e) {
                  return;
                }
              }
            },
            "slow-header");
    sender.start();
    assertThat(connection.isClosed()).isTrue();
    sender.interrupt();
  }

  /** Counts the requests, and those that are completed for the next handler, too. */
  private final class Counter extends Handler.Wrapper {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      requests.incrementAndGet();
      // The listener that is added first is called last.
      Request.addCompletionListener(request, failure -> completed.incrementAndGet());
      return super.handle(request, response, callback);
    }
  }

  /** Responds with the path; to a slow request when its callback is called. */
  private final class Responder extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      var path = request.getHttpURI().getPath();
      if (path.equals("/slow")) {
        slow.add(callback);
      } else {
        response.write(true, ByteBuffer.wrap(path.getBytes(UTF_8)), callback);
      }
      return true;
    }
  }
}
