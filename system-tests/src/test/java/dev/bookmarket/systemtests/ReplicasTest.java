package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HomePage.assertWhole;
import static dev.bookmarket.systemtests.HomePage.assertWholeUnlessLate;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas of the backend under one name, and two of the shop. */
@Needs({Tool.LOOPBACK_NETWORK, Tool.SIGNALS})
class ReplicasTest {
  /** SIGTERM, the drain time, and finishing what has begun. */
  private static final Duration STOP = Duration.ofSeconds(60);

  /** How long a new replica must be ready before the next old one goes: minReadySeconds. */
  private static final Duration MIN_READY = Duration.ofSeconds(5);

  private final int port = Ports.free();
  private final List<ProcessUnderTest> running = new ArrayList<>();
  private ProcessUnderTest first;
  private ProcessUnderTest second;
  private ProcessUnderTest marketplace;
  private HostsFile hosts;

  @BeforeEach
  void open(@TempDir Path folder) {
    hosts = HostsFile.in(folder, "127.0.0.2", "127.0.0.3");
    first = running(ProcessUnderTest.recommendations("127.0.0.2", port));
    second = running(ProcessUnderTest.recommendations("127.0.0.3", port));
    marketplace = running(ProcessUnderTest.marketplace(HostsFile.NAME, port, hosts.jvmOption()));
  }

  @AfterEach
  void close() {
    running.forEach(ProcessUnderTest::close);
  }

  @Test
  void a_killed_replica_of_the_backend_is_missed_by_no_page() {
    try (var load = Load.on(marketplace.port(), HomePage::assertWholeUnlessLate)) {
      load.awaitVisits(100);
      first.kill();
      load.awaitVisits(300);

      load.assertNoComplaints();
    }
  }

  /**
   * Every second call goes to the hung replica and misses its deadline, so pages lack something
   * until the connection's keep-alive, after 12 seconds at most, finds that nobody answers. From
   * then on all calls go to the other replica, although the hung one still takes connections.
   */
  @Test
  void a_hung_replica_of_the_backend_fails_no_page_and_is_left_out_soon() {
    var visitor = Visitor.of(marketplace.port());
    try (var load = Load.on(marketplace.port(), home -> assertThat(home.status()).isEqualTo(200))) {
      first.suspend();

      Patience.within(
          Duration.ofSeconds(60),
          () -> {
            for (int i = 0; i < 10; i++) {
              assertWhole(visitor.get("/"));
            }
          });
      Patience.throughout(
          Duration.ofSeconds(5),
          Duration.ofMillis(100),
          () -> assertWholeUnlessLate(visitor.get("/")));

      load.assertNoComplaints();
    }
  }

  @Test
  void a_rolling_restart_of_the_backend_degrades_no_page() {
    try (var load = Load.on(marketplace.port(), HomePage::assertWholeUnlessLate)) {
      restart(first, "127.0.0.2");
      Patience.throughout(MIN_READY, Duration.ofSeconds(1), load::assertNoComplaints);
      restart(second, "127.0.0.3");
      Patience.throughout(MIN_READY, Duration.ofSeconds(1), load::assertNoComplaints);

      load.assertNoComplaints();
    }
  }

  @Test
  void a_rolling_restart_of_the_shop_fails_no_page() {
    var next = running(ProcessUnderTest.marketplace(HostsFile.NAME, port, hosts.jvmOption()));
    var probe = Visitor.of(marketplace.port());
    try (var load = Load.on(marketplace.port(), HomePage::assertWholeUnlessLate)) {
      load.awaitVisits(100);
      marketplace.terminate();
      Patience.within(
          Duration.ofSeconds(60), () -> assertThat(probe.get("/readyz").status()).isEqualTo(503));
      load.awaitVisits(100);
      load.moveTo(next.port());
      marketplace.awaitEnd(STOP);

      load.assertNoComplaints();
    }
  }

  private void restart(ProcessUnderTest replica, String address) {
    replica.terminate();
    replica.awaitEnd(STOP);
    running(ProcessUnderTest.recommendations(address, port));
  }

  private ProcessUnderTest running(ProcessUnderTest process) {
    running.add(process);
    return process;
  }
}
