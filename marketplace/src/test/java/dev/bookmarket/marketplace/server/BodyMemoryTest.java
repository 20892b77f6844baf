package dev.bookmarket.marketplace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.web.RequestBody;
import dev.bookmarket.marketplace.web.Templates;
import dev.bookmarket.runtime.Eventually;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The memory for bodies that have arrived, of requests that wait or are rejected. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BodyMemoryTest {
  private static final int LENGTH = 20_000;
  private static final int MAX_BODIES = 5;

  private record Held(Request request, Response response, Callback callback) {
    @Nullable Object body() {
      return request.getAttribute(RequestBody.ATTRIBUTE);
    }

    void respond() {
      response.write(true, ByteBuffer.allocate(3), callback);
    }
  }

  private final List<Held> held = new CopyOnWriteArrayList<>();
  private final List<RawHttp> clients = new ArrayList<>();
  private final Server server = new Server(0);
  private final RequestMemoryBudget memoryBudget = new RequestMemoryBudget(MAX_BODIES * LENGTH);

  private void start(Handler.Singleton... first) throws Exception {
    server.insertHandler(new BodyLoader(memoryBudget, Duration.ofSeconds(20)));
    server.insertHandler(new ResponseBuffer(memoryBudget));
    for (var handler : first) {
      server.insertHandler(handler);
    }
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    clients.forEach(RawHttp::close);
    server.stop();
  }

  @Test
  void the_oldest_long_body_is_dropped_if_they_need_too_much() throws Exception {
    server.setHandler(new Holder());
    start();
    post("/checkout", 500);
    awaitHeld(1);
    for (int i = 1; i <= MAX_BODIES + 1; i++) {
      post("/jsonrpc", LENGTH);
      awaitHeld(i + 1);
    }

    for (int i : List.of(1, 2)) {
      assertThat(clients.get(i).isClosed()).isTrue();
      assertThat(held.get(i).body()).isNull();
    }
    held.forEach(Held::respond);
    for (int i : List.of(0, 3, 4, 5, 6)) {
      assertThat(clients.get(i).response().body()).hasSize(3);
    }
  }

  @Test
  void bodies_count_until_their_request_ends() throws Exception {
    server.setHandler(new Holder());
    start();
    for (int i = 0; i < 3 * MAX_BODIES; i++) {
      post("/jsonrpc", LENGTH);
      awaitHeld(i + 1);
      if (i % 2 == 0) {
        held.get(i).respond();
        assertThat(clients.get(i).response().body()).hasSize(3);
      } else {
        held.get(i).callback.failed(new IllegalStateException("test"));
        assertThat(clients.get(i).response().status()).isEqualTo(500);
      }
    }
    for (int i = 0; i < MAX_BODIES; i++) {
      post("/jsonrpc", LENGTH);
      awaitHeld(3 * MAX_BODIES + i + 1);
    }
    for (int i = 3 * MAX_BODIES; i < 4 * MAX_BODIES; i++) {
      held.get(i).respond();
      assertThat(clients.get(i).response().body()).hasSize(3);
    }
  }

  @Test
  void the_body_of_a_rejected_request_is_dropped_unless_its_calls_are_answered() throws Exception {
    var templates = new Templates(ctx -> 0, "");
    var proxies = new TrustedProxies(List.of());
    var errors = new JettyErrors(templates, new SafetyHeaders(proxies));
    server.setHandler(new Holder());
    server.insertHandler(new AdmissionHandler(proxies, errors, memoryBudget));
    var completed = new Completed();
    start(completed);
    for (int i = 0; i < AdmissionHandler.MAX_IN_FLIGHT; i++) {
      client("GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
    }
    awaitHeld(AdmissionHandler.MAX_IN_FLIGHT);

    assertThat(post("/name", 500).response().status()).isEqualTo(503);
    assertThat(completed.bodies.take()).isEqualTo("dropped");
    var batch = post("/jsonrpc", 500);
    awaitHeld(AdmissionHandler.MAX_IN_FLIGHT + 1);
    held.get(AdmissionHandler.MAX_IN_FLIGHT).respond();
    assertThat(batch.response().status()).isEqualTo(200);
    assertThat(completed.bodies.take()).isEqualTo("kept");
  }

  private RawHttp post(String path, int length) {
    return client(
        "POST %s HTTP/1.1\r\nHost: shop\r\nContent-Length: %s\r\n\r\n".formatted(path, length)
            + "x".repeat(length));
  }

  private RawHttp client(String request) {
    var client = RawHttp.connect(((ServerConnector) server.getConnectors()[0]).getLocalPort());
    clients.add(client);
    client.send(request);
    return client;
  }

  private void awaitHeld(int count) {
    Eventually.soon("held", () -> held.size() == count);
  }

  /** Responds when the test says so. */
  private final class Holder extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      held.add(new Held(request, response, callback));
      return true;
    }
  }

  /** Records whether the request has its body when its response is complete. */
  private static final class Completed extends Handler.Wrapper {
    private final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      Request.addCompletionListener(
          request,
          failure ->
              bodies.add(request.getAttribute(RequestBody.ATTRIBUTE) == null ? "dropped" : "kept"));
      return super.handle(request, response, callback);
    }
  }
}
