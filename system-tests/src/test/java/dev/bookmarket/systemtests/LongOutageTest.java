package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HomePage.assertCompleteUnlessBusy;
import static dev.bookmarket.systemtests.HomePage.assertDegraded;

import dev.bookmarket.systemtests.TwoServices.Outage;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests outages after which gRPC itself would wait for half a minute before it reconnects. {@code
 * bench/long-forms} extends them to the longest reconnect backoff, two minutes.
 */
@Tag("long-outages")
@Needs(Tool.SIGNALS)
@Execution(ExecutionMode.CONCURRENT)
class LongOutageTest {
  private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("outage", 45));

  @ParameterizedTest
  @EnumSource
  void the_shop_recovers_soon_after_a_long_outage(Outage outage) {
    try (var shop = TwoServices.start()) {
      shop.begin(outage);

      Polling.throughout(
          OUTAGE, Duration.ofSeconds(1), () -> assertDegraded(shop.visitor().get("/")));

      shop.end(outage);
      shop.awaitWhole();
    }
  }

  @Test
  @Needs(Tool.LOOPBACK_NETWORK)
  void a_replica_is_used_immediately_after_a_long_outage(@TempDir Path folder) {
    int port = Ports.free();
    var hosts = HostsFile.in(folder, "127.0.0.2", "127.0.0.3");
    try (var first = ProcessUnderTest.recommendations("127.0.0.2", port);
        var second = ProcessUnderTest.recommendations("127.0.0.3", port);
        var marketplace = ProcessUnderTest.marketplace(HostsFile.NAME, port, hosts.jvmOption())) {
      var visitor = Visitor.of(marketplace.port());
      first.kill();

      Polling.throughout(
          OUTAGE, Duration.ofSeconds(1), () -> assertCompleteUnlessBusy(visitor.get("/")));

      try (var restarted = ProcessUnderTest.recommendations("127.0.0.2", port)) {
        Polling.throughout(
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            () -> assertCompleteUnlessBusy(visitor.get("/")));
        second.kill();
        for (int i = 0; i < 10; i++) {
          assertCompleteUnlessBusy(visitor.get("/"));
        }
      }
    }
  }
}
