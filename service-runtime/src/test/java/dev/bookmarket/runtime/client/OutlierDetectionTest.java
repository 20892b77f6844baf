package dev.bookmarket.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.server.OneRpc;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Ejection of faulty replicas of one name and their return, over real sockets. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "127.0.0.2 is a loopback address on Linux only")
class OutlierDetectionTest extends OutlierDetectionFixture {
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

  @ParameterizedTest
  @CsvSource({"2, UNAVAILABLE", "2, INTERNAL", "2, UNKNOWN", "3, UNKNOWN"})
  void ejects_a_replica_that_fails_half_of_its_calls(int count, Status.Code code) {
    assertEjectedUntilItHasRecovered(
        count, replica -> replica.failHalf(code.toStatus()), ScriptedService.READS);
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

    assertStaysEjected(faulty, backend, 100); // longer than the age of several connections
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
}
