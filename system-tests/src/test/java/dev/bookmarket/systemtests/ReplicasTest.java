package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HomePage.assertComplete;
import static dev.bookmarket.systemtests.HomePage.assertCompleteUnlessBusy;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Tests two replicas of the backend with one name, and two replicas of the marketplace. */
@Tag("replicas")
@Needs({Tool.LOOPBACK_NETWORK, Tool.SIGNALS})
@ResourceLock(Load.LOCK)
class ReplicasTest {
  private static final String FIRST = "127.0.0.2";
  private static final String SECOND = "127.0.0.3";

  /** The time for SIGTERM, the drain and in-flight calls. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

  /** The cookie of a visitor who sees how a page was made. */
  private static final String TRACE = "trace=on";

  /** The time for which a new replica must be ready before the next old one stops. */
  private static final Duration MIN_READY = Duration.ofSeconds(5);

  private final int port = Ports.free();
  private final List<ProcessUnderTest> running = new ArrayList<>();
  private ProcessUnderTest first;
  private ProcessUnderTest second;
  private ProcessUnderTest marketplace;
  private HostsFile hosts;

  @BeforeEach
  void start(@TempDir Path folder) {
    hosts = HostsFile.in(folder, FIRST, SECOND);
    first = running(ProcessUnderTest.recommendations(FIRST, port));
    second = running(ProcessUnderTest.recommendations(SECOND, port));
    marketplace = running(ProcessUnderTest.marketplace(HostsFile.NAME, port, hosts.jvmOption()));
  }

  @AfterEach
  void stop() {
    running.forEach(ProcessUnderTest::close);
  }

  @Test
  void no_page_fails_if_a_replica_of_the_backend_is_killed() {
    try (var load = Load.on(marketplace.port(), HomePage::assertCompleteUnlessBusy)) {
      load.awaitVisits(100);
      first.kill();
      load.awaitVisits(300);

      load.assertNoFailures();
    }
  }

  /**
   * Calls go to the hung replica and miss their deadlines until it is ejected. From then on, all
   * calls go to the other replica, although the hung one still accepts connections.
   */
  @Test
  void no_page_fails_if_a_replica_of_the_backend_hangs_and_calls_soon_avoid_it() {
    var visitor = Visitor.of(marketplace.port());
    try (var load = Load.on(marketplace.port(), home -> assertThat(home.status()).isEqualTo(200))) {
      first.suspend();

      Polling.within(
          Duration.ofSeconds(60),
          () -> {
            for (int i = 0; i < 10; i++) {
              var home = openWithTrace(visitor);
              assertThat(home.status()).isEqualTo(200);
              if (!isSecondBusy(home)) {
                assertComplete(home);
              }
            }
          });
      Polling.throughout(
          Duration.ofSeconds(5),
          Duration.ofMillis(100),
          () -> {
            var home = openWithTrace(visitor);
            assertCompleteUnlessBusy(home);
            assertThat(hasWaitedFor(FIRST, home)).isFalse();
          });

      load.assertNoFailures();
    }
  }

  /**
   * Without the ejection, half of the calls miss their deadlines for up to 12 seconds: nearly every
   * page is degraded. The visits that are counted take longer than that and than the ejection time.
   * Pages for which the other replica was too slow on a busy machine do not count.
   */
  @Test
  void few_pages_are_degraded_while_a_replica_of_the_backend_hangs_and_it_returns() {
    var degraded = new AtomicInteger();
    try (var load =
        Load.on(
            marketplace.port(),
            "/",
            TRACE,
            home -> {
              if (home.status() != 200 || !home.missing().isEmpty() && !isSecondBusy(home)) {
                degraded.incrementAndGet();
              }
            })) {
      load.awaitVisits(100);
      Polling.within(
          Duration.ofSeconds(60),
          () -> assertThat(events("returned")).hasSameSizeAs(events("ejected")));
      var returned = events("returned");
      first.suspend();
      Polling.within(
          Duration.ofSeconds(60),
          () -> assertThat(events("ejected")).hasSizeGreaterThan(returned.size()));
      load.awaitVisits(50);

      int before = degraded.get();
      load.awaitVisits(800);
      assertThat(degraded.get() - before).isLessThan(40);
      assertThat(events("returned")).isEqualTo(returned);

      first.resume();
      Polling.within(
          Duration.ofSeconds(60),
          () -> assertThat(events("returned")).hasSameSizeAs(events("ejected")));
    }
  }

  @Test
  void no_page_lacks_content_during_a_rolling_restart_of_the_backend() {
    try (var load = Load.on(marketplace.port(), HomePage::assertCompleteUnlessBusy)) {
      restart(first, FIRST);
      Polling.throughout(MIN_READY, Duration.ofSeconds(1), load::assertNoFailures);
      restart(second, SECOND);
      Polling.throughout(MIN_READY, Duration.ofSeconds(1), load::assertNoFailures);

      load.assertNoFailures();
    }
  }

  @Test
  void no_page_fails_during_a_rolling_restart_of_the_marketplace() {
    var next = running(ProcessUnderTest.marketplace(HostsFile.NAME, port, hosts.jvmOption()));
    var probe = Visitor.of(marketplace.port());
    try (var load = Load.on(marketplace.port(), HomePage::assertCompleteUnlessBusy)) {
      load.awaitVisits(100);
      marketplace.terminate();
      Polling.within(
          Duration.ofSeconds(60), () -> assertThat(probe.get("/readyz").status()).isEqualTo(503));
      load.awaitVisits(10); // few, because the drain time is short on a busy machine
      load.moveTo(next.port());
      marketplace.awaitEnd(STOP_TIMEOUT);

      load.assertNoFailures();
    }
  }

  private static Visitor.Response openWithTrace(Visitor visitor) {
    return visitor.send(HttpRequest.newBuilder().GET().header("Cookie", TRACE), "/");
  }

  /**
   * Returns whether only the second replica can be the cause of missing content: it rejected a call
   * or has not responded, and no call was sent to the first one in vain.
   */
  private static boolean isSecondBusy(Visitor.Response home) {
    return !hasWaitedFor(FIRST, home) && (hasWaitedFor(SECOND, home) || home.isRejected());
  }

  /**
   * Returns whether a call of the page was sent to this address and got no response. A response
   * replaces the address by the name of the replica.
   */
  private static boolean hasWaitedFor(String address, Visitor.Response home) {
    return home.page().select(".waterfall tr.attempt").text().contains("by " + address);
  }

  /** Returns the lines of the marketplace about that event of a replica. */
  private List<String> events(String event) {
    return marketplace.log().stream().filter(line -> line.endsWith("Replica " + event)).toList();
  }

  private void restart(ProcessUnderTest replica, String address) {
    replica.terminate();
    replica.awaitEnd(STOP_TIMEOUT);
    running(ProcessUnderTest.recommendations(address, port));
  }

  private ProcessUnderTest running(ProcessUnderTest process) {
    running.add(process);
    return process;
  }
}
