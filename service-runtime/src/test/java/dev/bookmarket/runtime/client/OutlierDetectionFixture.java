package dev.bookmarket.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Replicas of one name, for tests of the ejection of faulty ones and of their return. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
abstract class OutlierDetectionFixture {
  /** More calls than are needed to eject a replica. */
  static final int MANY = 100;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final TestTelemetry telemetry = closing(TestTelemetry.begin());
  private CapturedLog log;

  @BeforeEach
  void captureLog() {
    log = closing(CapturedLog.begin());
  }

  @AfterEach
  void closeAll() throws Exception {
    for (var one : open) {
      one.close();
    }
    HostsFile.reset();
  }

  /**
   * Asserts that one of the replicas is ejected after a fault begins, and is used again after the
   * fault has ended.
   */
  void assertEjectedUntilItHasRecovered(
      int count, Consumer<ScriptedService> fault, ServiceConfig config) {
    var replicas = replicas(count);
    var backend = connect(replicas, config);
    var faulty = replicas.get(1);

    fault.accept(faulty);
    var failures = new AtomicInteger();
    Eventually.soon(
        "ejected",
        () -> {
          failures.addAndGet(failuresOf(1, backend));
          return count("Replica ejected") > 0;
        });
    assertThat(failures.get()).isLessThanOrEqualTo(6);
    assertThat(telemetry.metrics().samples("bookmarket_outlier_ejections_total"))
        .singleElement()
        .satisfies(
            ejections -> {
              assertThat(ejections.value()).isEqualTo(1);
              assertThat(ejections.labels())
                  .containsOnly(Map.entry("bookmarket_backend", "replicas.test:" + faulty.port()));
            });
    assertStaysEjected(faulty, backend, 30); // longer than the ejection time
    assertThat(log.allLines())
        .filteredOn(line -> line.contains("Replica ejected"))
        .singleElement()
        .asString()
        .endsWith(" replica=[replicas.test/127.0.0.2:" + faulty.port() + "] Replica ejected");

    faulty.work();
    Eventually.soon(
        "returned", () -> failuresOf(1, backend) == 0 && count("Replica returned") == 1);
    Eventually.soon("has calls", () -> callsReach(backend, faulty));
    assertThat(failuresOf(MANY, backend)).isZero();
    assertThat(count("Replica ejected")).isEqualTo(1);
  }

  /**
   * Calls until the ejected replica has received this number of copies of calls. Asserts that no
   * call fails, because the other replica responds, and that the ejected one does not return.
   */
  void assertStaysEjected(ScriptedService faulty, Backend backend, int copies) {
    var before = faulty.calls();
    Eventually.soon(
        copies + " copies",
        () -> {
          assertThat(failuresOf(1, backend)).isZero();
          return faulty.calls() - before >= copies;
        });
    assertThat(count("Replica returned")).isZero();
  }

  /** Starts replicas at 127.0.0.1, 127.0.0.2 and so on. */
  List<ScriptedService> replicas(int count) {
    var replicas = new ArrayList<ScriptedService>();
    for (int i = 1; i <= count; i++) {
      var port = replicas.isEmpty() ? 0 : replicas.get(0).port();
      replicas.add(closing(ScriptedService.start("127.0.0." + i, port)));
    }
    return replicas;
  }

  Backend connect(List<ScriptedService> replicas) {
    return connect(replicas, ScriptedService.READS);
  }

  /** Connects, and waits until each replica has had enough calls for outlier detection. */
  Backend connect(List<ScriptedService> replicas, ServiceConfig config) {
    var addresses = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3").subList(0, replicas.size());
    HostsFile.name("replicas.test", addresses.toArray(String[]::new));
    var backend = closing(Backend.connect("replicas.test", replicas.get(0).port(), config));
    for (var replica : replicas) {
      Eventually.soon("has calls", () -> callsReach(backend, replica));
    }
    Eventually.soon(MANY + " good calls", () -> failuresOf(MANY, backend) == 0);
    return backend;
  }

  /** Returns whether one of four calls, more than there are replicas, reaches that replica. */
  static boolean callsReach(Backend backend, ScriptedService replica) {
    var before = replica.calls();
    failuresOf(4, backend);
    return replica.calls() > before;
  }

  static int failuresOf(int calls, Backend backend) {
    var failures = 0;
    for (int call = 0; call < calls; call++) {
      failures += ScriptedService.codeOf(backend) == Status.Code.OK ? 0 : 1;
    }
    return failures;
  }

  long count(String event) {
    return log.allLines().stream().filter(line -> line.endsWith(event)).count();
  }

  <T extends AutoCloseable> T closing(T one) {
    open.add(0, one);
    return one;
  }
}
