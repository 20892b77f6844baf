package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bookmarket.marketplace.server.WebServer;
import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.JavaProcess;
import dev.bookmarket.runtime.StartupException;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests the start, the readiness and the stop of the marketplace. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class MarketplaceTest {
  /** The hung backend comes first, because the first start in a JVM is slower. */
  @Test
  void is_ready_after_30_s_if_the_backend_hangs_and_sooner_if_it_is_dead() throws IOException {
    try (var backend = ScriptedBackend.start()) {
      backend.hang();

      var hung = timeToReady(backend.port());

      assertThat(hung).isGreaterThan(Duration.ofSeconds(29));
      assertThat(timeToReady(freePort())).isLessThan(hung);
    }
  }

  @Test
  void stays_ready_without_its_backend() {
    try (var backend = ScriptedBackend.start();
        var shop = shop(backend.port())) {
      backend.failWith(Status.UNAVAILABLE);
      assertThat(RawHttp.get(shop.port(), "/books/1").status()).isEqualTo(503);
      assertThat(readiness(shop.port())).isEqualTo(200);

      backend.close();

      assertThat(RawHttp.get(shop.port(), "/books/1").status()).isEqualTo(503);
      assertThat(readiness(shop.port())).isEqualTo(200);
      assertThat(RawHttp.get(shop.port(), "/healthz").status()).isEqualTo(200);
    }
  }

  @Test
  void stops_all_threads_if_its_port_is_taken() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      var port = String.valueOf(other.getLocalPort());
      var before = reconnectThreads();

      assertThatThrownBy(() -> shop(Map.of("MARKETPLACE_PORT", port)))
          .isInstanceOf(StartupException.class)
          .hasMessageContainingAll("port " + port + " is taken", "MARKETPLACE_PORT");

      Eventually.soon("no thread left", () -> reconnectThreads() <= before);
    }
  }

  @Test
  void a_process_reports_a_taken_port_and_its_variable_in_one_line() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        var process = process(Map.of("MARKETPLACE_PORT", String.valueOf(other.getLocalPort())))) {
      assertThat(process.awaitEnd()).isEqualTo(1);
      assertThat(process.errors())
          .singleElement()
          .asString()
          .contains("port " + other.getLocalPort() + " is taken", "MARKETPLACE_PORT");
      assertThat(process.output()).isEmpty();
    }
  }

  @RepeatedTest(5)
  void the_first_page_of_a_cold_process_is_complete() {
    try (var backend = ScriptedBackend.start();
        var process =
            process(
                Map.of(
                    "MARKETPLACE_PORT", "0",
                    "DRAIN_MS", "0",
                    "RECOMMENDATIONS_PORT", String.valueOf(backend.port())))) {
      var port = Integer.parseInt(process.awaitOutput("port=(\\d+) .*Serving HTTP").group(1));

      var home = RawHttp.get(port, "/");

      assertThat(home.page().select("[role=status]")).isEmpty();
      assertThat(home.body()).contains("Title 1", "Title 2", "Title 3", "/categories/mystery");
      process.terminate();
      process.awaitEnd();
      assertThat(process.output().get(process.output().size() - 1)).endsWith("Stopped");
      assertThat(process.errors()).isEmpty();
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "127.0.0.2 is a loopback address on Linux only")
  void a_process_finds_a_backend_at_a_new_address(@TempDir Path folder) throws IOException {
    var hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost moving.test\n");
    var first = ScriptedBackend.start("127.0.0.1", 0);
    try (var process =
        JavaProcess.start(
            MarketplaceMain.class,
            Map.of(
                "MARKETPLACE_PORT", "0",
                "BIND_ADDRESS", "localhost",
                "RECOMMENDATIONS_HOST", "moving.test",
                "RECOMMENDATIONS_PORT", String.valueOf(first.port())),
            List.of("-Djdk.net.hosts.file=" + hosts))) {
      var port = Integer.parseInt(process.awaitOutput("port=(\\d+) .*Serving HTTP").group(1));
      var backendPort = first.port();
      first.close();
      Files.writeString(hosts, "127.0.0.1 localhost\n127.0.0.2 moving.test\n");

      try (var second = ScriptedBackend.start("127.0.0.2", backendPort)) {
        Eventually.soon(
            "found", () -> RawHttp.get(port, "/").page().select("[role=status]").isEmpty());
      }
    }
  }

  private static WebServer shop(int backendPort) {
    return shop(
        Map.of("MARKETPLACE_PORT", "0", "RECOMMENDATIONS_PORT", String.valueOf(backendPort)));
  }

  private static WebServer shop(Map<String, String> variables) {
    return MarketplaceMain.start(
        MarketplaceConfig.from(
            Environment.of(variables)
                .withDefaults(Map.of("DRAIN_MS", "0", "RECOMMENDATIONS_HOST", "127.0.0.1"))));
  }

  private static JavaProcess process(Map<String, String> variables) {
    return JavaProcess.start(MarketplaceMain.class, variables, List.of());
  }

  private static Duration timeToReady(int backendPort) {
    var begin = System.nanoTime();
    try (var shop = shop(backendPort)) {
      var time = Duration.ofNanos(System.nanoTime() - begin);
      assertThat(readiness(shop.port())).isEqualTo(200);
      return time;
    }
  }

  private static int readiness(int port) {
    return RawHttp.get(port, "/readyz").status();
  }

  private static long reconnectThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("reconnect"))
        .count();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
