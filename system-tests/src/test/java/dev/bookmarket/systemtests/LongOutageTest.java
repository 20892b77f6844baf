package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HomePage.assertDegraded;
import static dev.bookmarket.systemtests.HomePage.assertWholeUnlessLate;

import dev.bookmarket.systemtests.TwoServices.Outage;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Outages as long as the longest pause that gRPC would make between two attempts to connect. */
@Needs(Tool.SIGNALS)
@Execution(ExecutionMode.CONCURRENT)
class LongOutageTest {
  private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

  @ParameterizedTest
  @EnumSource
  void everything_returns_at_once_after_two_minutes(Outage outage) {
    try (var shop = TwoServices.start()) {
      shop.begin(outage);

      Patience.throughout(
          TWO_MINUTES, Duration.ofSeconds(1), () -> assertDegraded(shop.visitor().get("/")));

      shop.end(outage);
      shop.awaitWhole();
    }
  }

  @Test
  @Needs(Tool.LOOPBACK_NETWORK)
  void a_replica_that_was_gone_for_two_minutes_takes_over_at_once(@TempDir Path folder) {
    int port = Ports.free();
    var hosts = HostsFile.in(folder, "127.0.0.2", "127.0.0.3");
    try (var first = ProcessUnderTest.recommendations("127.0.0.2", port);
        var second = ProcessUnderTest.recommendations("127.0.0.3", port);
        var marketplace = ProcessUnderTest.marketplace(HostsFile.NAME, port, hosts.jvmOption())) {
      var visitor = Visitor.of(marketplace.port());
      first.kill();

      Patience.throughout(
          TWO_MINUTES, Duration.ofSeconds(1), () -> assertWholeUnlessLate(visitor.get("/")));

      try (var again = ProcessUnderTest.recommendations("127.0.0.2", port)) {
        Patience.throughout(
            TwoServices.RECOVERY,
            Duration.ofSeconds(1),
            () -> assertWholeUnlessLate(visitor.get("/")));
        second.kill();
        for (int i = 0; i < 10; i++) {
          assertWholeUnlessLate(visitor.get("/"));
        }
      }
    }
  }
}
