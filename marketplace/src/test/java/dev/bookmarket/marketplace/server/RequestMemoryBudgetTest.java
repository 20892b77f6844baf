package dev.bookmarket.marketplace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.web.RequestBody;
import dev.bookmarket.runtime.Eventually;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bounds of memory and time for slow clients, in a server with small limits. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class RequestMemoryBudgetTest {
  /** More than the buffers of a connection hold. */
  private static final int RESPONSE = 20_000_000;

  private static final int MAX_BYTES = 3 * RESPONSE;

  /** Much longer than a complete body takes on a busy machine. */
  private static final Duration MAX_BODY_TIME = Duration.ofSeconds(2);

  private final List<Object> bodies = new CopyOnWriteArrayList<>();
  private final Server server = new Server(0);

  @BeforeEach
  void start() throws Exception {
    var memoryBudget = new RequestMemoryBudget(MAX_BYTES);
    server.setHandler(new Responder());
    server.insertHandler(new BodyLoader(memoryBudget, MAX_BODY_TIME));
    server.insertHandler(new ResponseBuffer(memoryBudget));
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @Test
  void a_body_has_a_total_time_limit_although_bytes_arrive() {
    try (var client = RawHttp.connect(port())) {
      client.send("POST /x HTTP/1.1\r\nHost: shop\r\nContent-Length: 10000\r\n\r\n");
      for (int sent = 0; bodies.isEmpty() && sent < 9_999; sent++) {
        client.send("x");
        sleep(20);
      }
      assertThat(client.response().body()).isEqualTo("TimeoutException");
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void a_body_ends_early_if_no_byte_arrives() {
    try (var client = RawHttp.connect(port())) {
      client.send("POST /x HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab");

      assertThat(client.response().body()).isEqualTo("TimeoutException");
    }
  }

  @Test
  void a_body_in_parts_is_complete_and_the_connection_stays_open() {
    try (var client = RawHttp.connect(port())) {
      for (int request = 0; request < 3; request++) {
        client.send("POST /x HTTP/1.1\r\nHost: shop\r\nContent-Length: 6\r\n\r\na");
        sleep(30);
        client.send("bc");
        sleep(30);
        client.send("def");
        assertThat(client.response().body()).isEqualTo("abcdef");
      }
      sleep((int) MAX_BODY_TIME.toMillis() + 200);
      client.send("POST /x HTTP/1.1\r\nHost: shop\r\nContent-Length: 1\r\n\r\na");
      assertThat(client.response().body()).isEqualTo("a");
    }
  }

  @Test
  void the_oldest_response_is_aborted_if_unread_ones_need_too_much_memory() {
    var readers = new ArrayList<RawHttp>();
    for (int i = 0; i < 6; i++) {
      var reader = RawHttp.connect(port());
      readers.add(reader);
      reader.send("GET /" + i + " HTTP/1.1\r\nHost: shop\r\n\r\n");
      Eventually.soon("the response begins", reader::hasResponse);
    }
    for (int i = 0; i < 6; i++) {
      var reader = readers.get(i);
      if (i < 3) {
        assertThatThrownBy(() -> assertThat(reader.response().body()).hasSize(RESPONSE))
            .as("reader %s", i)
            .isInstanceOf(AssertionError.class);
      } else {
        assertThat(reader.response().body()).as("reader %s", i).hasSize(RESPONSE);
      }
      reader.close();
    }
  }

  private int port() {
    return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
  }

  private static void sleep(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Responds to a POST with what the attribute contains, and to a GET with many bytes. */
  private final class Responder extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      var body = request.getAttribute(RequestBody.ATTRIBUTE);
      byte[] content =
          body == null
              ? new byte[RESPONSE]
              : body instanceof byte[] bytes
                  ? bytes
                  : body.getClass().getSimpleName().getBytes(StandardCharsets.UTF_8);
      response.write(true, ByteBuffer.wrap(content), callback);
      bodies.add(String.valueOf(body)); // the response counts from here on
      return true;
    }
  }
}
