package dev.bookmarket.marketplace.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.server.WebServer;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Eventually;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that the memory of results is free after each request. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class JsonRpcHandlerTest {
  private static final String WAIT = "{\"method\":\"wait\",\"id\":1}";

  /** More than Jetty keeps of a response before it writes. */
  private static final byte[] LONG =
      ('"' + "x".repeat(200_000) + '"').getBytes(StandardCharsets.UTF_8);

  private static final BlockingQueue<CompletableFuture<byte[]>> pending =
      new LinkedBlockingQueue<>();
  private static WebServer server;
  private static JsonRpcClient client;

  @BeforeAll
  static void start() {
    var methods =
        Map.<String, JsonRpcMethod>of(
            "long", params -> CompletableFuture.completedFuture(LONG),
            "wait", params -> addPending(),
            "throw",
                params -> {
                  throw JsonRpcError.invalidParams("it throws");
                });
    server = SomeMethods.serve(methods);
    client = new JsonRpcClient(server.port());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"method\":\"long\",\"id\":1}",
        "[{\"method\":\"long\",\"id\":1},{\"method\":\"throw\",\"id\":2},7]",
        "[{\"method\":\"long\"},{\"method\":\"long\"}]",
        "nonsense"
      })
  void releases_the_results_of_a_request(String request) {
    assertThat(client.post(request).status()).isIn(200, 204);

    assertThatAllIsFree();
  }

  @Test
  void releases_the_results_for_a_client_that_has_closed_the_connection() throws Exception {
    try (var log = CapturedLog.begin()) {
      var call = ",{\"method\":\"long\",\"id\":2}";
      var body = "[" + WAIT + call.repeat(2) + "]";
      try (var connection = RawHttp.connect(server.port())) {
        connection.send(
            "POST /jsonrpc HTTP/1.1\r\nHost: shop\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body);
        var waiting = pending.take();
        connection.close();
        waiting.complete(LONG);
      }

      assertThatAllIsFree();
      assertThat(log.lines()).isEmpty();
    }
  }

  private static CompletableFuture<byte[]> addPending() {
    var result = new CompletableFuture<byte[]>();
    pending.add(result);
    return result;
  }

  private static void assertThatAllIsFree() {
    Eventually.soon(
        "all is free",
        () -> {
          try (var budget = new ResultBudget()) {
            budget.reserve(ResultBudget.MAX_BYTES);
            return true;
          } catch (JsonRpcError e) {
            return false;
          }
        });
  }
}
