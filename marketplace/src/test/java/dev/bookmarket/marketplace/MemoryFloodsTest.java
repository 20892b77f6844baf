package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.JavaProcess;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Floods of a process with the heap of the image, without backends. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MemoryFloodsTest {
  private static final int CLIENTS = 800;

  @Test
  void long_bodies_of_many_clients_do_not_exhaust_the_heap() throws InterruptedException {
    var body = "[" + "{},".repeat(21_000) + "{}]";
    var request =
        "POST /jsonrpc HTTP/1.1\r\nHost: shop\r\nContent-Length: " + body.length() + "\r\n\r\n";
    try (var shop = start()) {
      int port = Integer.parseInt(shop.awaitOutput("port=(\\d+) .*Serving HTTP").group(1));
      var clients = Executors.newFixedThreadPool(CLIENTS);
      for (int i = 0; i < 2 * CLIENTS; i++) {
        clients.execute(() -> sendAndIgnoreResponse(port, request + body));
      }
      clients.shutdown();
      assertThat(clients.awaitTermination(4, TimeUnit.MINUTES)).isTrue();

      assertThat(RawHttp.get(port, "/healthz").status()).isEqualTo(200);
      assertThat(shop.output()).noneMatch(line -> line.contains("OutOfMemory"));
    }
  }

  private static JavaProcess start() {
    return JavaProcess.start(
        MarketplaceMain.class,
        Map.of("MARKETPLACE_PORT", "0", "DRAIN_MS", "0"),
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx56m",
            "-XX:+ExitOnOutOfMemoryError"));
  }

  /** The shop closes some connections; a slow machine does not respond to all in time. */
  private static void sendAndIgnoreResponse(int port, String request) {
    try (var client = RawHttp.connect(port)) {
      client.send(request);
      var unused = client.isClosed();
    } catch (AssertionError e) {
      // no response
    }
  }
}
