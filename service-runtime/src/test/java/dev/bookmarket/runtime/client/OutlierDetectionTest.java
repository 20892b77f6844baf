package dev.bookmarket.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.server.OneRpc;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Ejection of faulty replicas of one name and their return, over real sockets. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@EnabledOnOs(value = OS.LINUX, disabledReason = "127.0.0.2 is a loopback address on Linux only")
class OutlierDetectionTest {
  private enum Fault {
    HUNG(ScriptedService::hang),
    SLOW(replica -> replica.delay(Duration.ofSeconds(3))),
    HALF_UNAVAILABLE(replica -> replica.failHalf(Status.UNAVAILABLE)),
    HALF_INTERNAL(replica -> replica.failHalf(Status.INTERNAL)),
    HALF_UNKNOWN(replica -> replica.failHalf(Status.UNKNOWN));

    private final Consumer<ScriptedService> begin;

    Fault(Consumer<ScriptedService> begin) {
      this.begin = begin;
    }

    ServiceConfig config() {
      return this == HUNG || this == SLOW ? ScriptedService.HURRIED_READS : ScriptedService.READS;
    }
  }

  private enum Flood {
    NOT_FOUND(replica -> replica.failWith(Status.NOT_FOUND)),
    INVALID_ARGUMENT(replica -> replica.failWith(Status.INVALID_ARGUMENT)),
    REJECTED(replica -> replica.failWith(Status.RESOURCE_EXHAUSTED)),
    CANCELLED(ScriptedService::hang);

    private final Consumer<ScriptedService> begin;

    Flood(Consumer<ScriptedService> begin) {
      this.begin = begin;
    }
  }

  /** More calls than are needed to eject a replica. */
  private static final int MANY = 100;

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

  @ParameterizedTest
  @CsvSource({
    "2, HUNG",
    "3, HUNG",
    "2, SLOW",
    "3, SLOW",
    "2, HALF_UNAVAILABLE",
    "2, HALF_INTERNAL",
    "2, HALF_UNKNOWN",
    "3, HALF_UNKNOWN"
  })
  void ejects_one_faulty_replica_until_it_has_recovered(int count, Fault fault) {
    var replicas = replicas(count);
    var backend = connect(replicas, fault.config());
    var faulty = replicas.get(1);

    fault.begin.accept(faulty);
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
    var copies = faulty.calls();
    Eventually.soon(
        "copies for longer than the ejection time",
        () -> {
          assertThat(failuresOf(1, backend)).isZero();
          return faulty.calls() - copies >= 30;
        });
    assertThat(count("Replica returned")).isZero();
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

  @ParameterizedTest
  @EnumSource
  void ejects_no_replica_because_of_calls_that_the_client_causes_to_fail(Flood flood) {
    var replicas = replicas(2);
    var backend = connect(replicas);
    var flooded = replicas.get(1);

    flood.begin.accept(flooded);
    for (int call = 0; call < MANY; call++) {
      if (flood == Flood.CANCELLED) {
        var before = flooded.calls();
        var cancelled = OneRpc.begin(backend.channel(), "request", Duration.ofSeconds(60));
        Eventually.soon(
            "arrived or answered", () -> flooded.calls() > before || cancelled.isDone());
        cancelled.cancel(true);
      } else {
        ScriptedService.codeOf(backend);
      }
    }
    flooded.work();

    assertThat(callsReach(backend, flooded)).isTrue();
    assertThat(count("Replica ejected")).isZero();
  }

  @Test
  void does_not_eject_a_new_replica_before_its_fourth_failure() {
    var first = closing(ScriptedService.start("127.0.0.1", 0));
    HostsFile.name("replicas.test", "127.0.0.1", "127.0.0.2");
    var backend = closing(Backend.connect("replicas.test", first.port(), ScriptedService.READS));
    Eventually.soon("connected", () -> failuresOf(1, backend) == 0);
    assertThat(failuresOf(MANY, backend)).isZero();

    var added = closing(ScriptedService.start("127.0.0.2", first.port()));
    added.failFirst(3, Status.INTERNAL);

    var failures = new AtomicInteger();
    Eventually.soon(
        "has calls",
        () -> {
          failures.addAndGet(failuresOf(1, backend));
          return added.calls() >= 20;
        });
    assertThat(failures.get()).isEqualTo(3);
    assertThat(count("Replica ejected")).isZero();
  }

  @Test
  void ejects_no_replica_if_all_fail_alike() {
    var replicas = replicas(3);
    var backend = connect(replicas);

    replicas.forEach(replica -> replica.failWith(Status.INTERNAL));

    assertThat(failuresOf(MANY, backend)).isEqualTo(MANY);
    assertThat(count("Replica ejected")).isZero();
  }

  @Test
  void does_not_eject_the_only_replica() {
    var replicas = replicas(1);
    var backend = connect(replicas);

    replicas.get(0).failWith(Status.INTERNAL);

    assertThat(failuresOf(MANY, backend)).isEqualTo(MANY);
    assertThat(count("Replica ejected")).isZero();
  }

  @Test
  void returns_a_faulty_replica_if_no_other_is_left() {
    var replicas = replicas(2);
    var backend = connect(replicas);
    replicas.get(1).failWith(Status.INTERNAL);
    Eventually.soon("ejected", () -> failuresOf(1, backend) >= 0 && count("Replica ejected") == 1);

    replicas.get(0).close();

    Eventually.soon("used again", () -> ScriptedService.codeOf(backend) == Status.Code.INTERNAL);
  }

  @Test
  void keeps_a_faulty_replica_ejected_while_connections_are_replaced() {
    var maxConnectionAge = Duration.ofSeconds(3);
    var old = closing(ScriptedService.start("127.0.0.1", 0, maxConnectionAge));
    var faulty = closing(ScriptedService.start("127.0.0.2", old.port(), maxConnectionAge));
    var backend = connect(List.of(old, faulty));
    faulty.failWith(Status.INTERNAL);
    Eventually.soon("ejected", () -> failuresOf(1, backend) >= 0 && count("Replica ejected") == 1);

    var copies = faulty.calls();
    Eventually.soon(
        "copies for longer than the age of several connections",
        () -> {
          assertThat(failuresOf(1, backend)).isZero();
          return faulty.calls() - copies >= 100;
        });
    assertThat(count("Replica returned")).isZero();
  }

  @Test
  void keeps_a_faulty_replica_ejected_on_a_new_connection() {
    var replicas = replicas(2);
    var backend = connect(replicas);
    replicas.get(1).failWith(Status.INTERNAL);
    Eventually.soon("ejected", () -> failuresOf(1, backend) >= 0 && count("Replica ejected") == 1);

    replicas.get(1).close();
    var restarted = closing(ScriptedService.start("127.0.0.2", replicas.get(0).port()));
    restarted.failWith(Status.INTERNAL);

    var failures = new AtomicInteger();
    Eventually.soon(
        "has copies",
        () -> {
          failures.addAndGet(failuresOf(1, backend));
          return restarted.calls() >= 30;
        });
    assertThat(failures.get()).isZero();
    assertThat(count("Replica returned")).isZero();
  }

  /** Starts replicas at 127.0.0.1, 127.0.0.2 and so on. */
  private List<ScriptedService> replicas(int count) {
    var replicas = new ArrayList<ScriptedService>();
    for (int i = 1; i <= count; i++) {
      var port = replicas.isEmpty() ? 0 : replicas.get(0).port();
      replicas.add(closing(ScriptedService.start("127.0.0." + i, port)));
    }
    return replicas;
  }

  private Backend connect(List<ScriptedService> replicas) {
    return connect(replicas, ScriptedService.READS);
  }

  /** Connects to the replicas, and waits until all have had enough calls to be compared. */
  private Backend connect(List<ScriptedService> replicas, ServiceConfig config) {
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
  private static boolean callsReach(Backend backend, ScriptedService replica) {
    var before = replica.calls();
    failuresOf(4, backend);
    return replica.calls() > before;
  }

  private static int failuresOf(int calls, Backend backend) {
    var failures = 0;
    for (int call = 0; call < calls; call++) {
      failures += ScriptedService.codeOf(backend) == Status.Code.OK ? 0 : 1;
    }
    return failures;
  }

  private long count(String event) {
    return log.allLines().stream().filter(line -> line.endsWith(event)).count();
  }

  private <T extends AutoCloseable> T closing(T one) {
    open.add(0, one);
    return one;
  }
}
