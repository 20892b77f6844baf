package dev.bookmarket.runtime.client;

import static io.grpc.ConnectivityState.CONNECTING;
import static io.grpc.ConnectivityState.IDLE;
import static io.grpc.ConnectivityState.READY;
import static io.grpc.ConnectivityState.TRANSIENT_FAILURE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.CapturedLog;
import io.grpc.ConnectivityState;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutageLogTest {
  private static final Duration LONG = Duration.ofHours(1);

  private CapturedLog log;

  @BeforeEach
  void capture() {
    log = CapturedLog.begin();
  }

  @AfterEach
  void release() {
    log.close();
  }

  @Test
  void logs_one_line_when_a_service_is_lost_and_one_when_it_is_back() {
    var outages = new OutageLog("cakes:1", Duration.ZERO, Duration.ZERO);
    look(outages, READY, CONNECTING, TRANSIENT_FAILURE, IDLE, CONNECTING, READY, READY);

    assertThat(lines())
        .containsExactly(
            "WARN OutageLog - backend=cakes:1 reason=no answer Backend lost",
            "INFO OutageLog - backend=cakes:1 Backend is back");
  }

  @Test
  void logs_every_outage() {
    var outages = new OutageLog("cakes:1", Duration.ZERO, Duration.ZERO);
    look(outages, READY, CONNECTING, READY, CONNECTING, READY);

    assertThat(lines()).hasSize(4);
  }

  @Test
  void logs_nothing_if_a_connection_is_replaced() {
    var outages = new OutageLog("cakes:1", Duration.ZERO, LONG);
    look(outages, READY, IDLE, CONNECTING, READY, TRANSIENT_FAILURE, READY);

    assertThat(lines()).isEmpty();
  }

  @Test
  void logs_nothing_if_a_service_starts_with_the_process() {
    var outages = new OutageLog("cakes:1", LONG, Duration.ZERO);
    look(outages, IDLE, CONNECTING, TRANSIENT_FAILURE, CONNECTING, READY);

    assertThat(lines()).isEmpty();
  }

  @Test
  void logs_a_service_that_is_unavailable_at_the_start() {
    look(new OutageLog("cakes:1", Duration.ZERO, LONG), IDLE, CONNECTING, TRANSIENT_FAILURE);

    assertThat(lines()).hasSize(1);
  }

  @Test
  void logs_nothing_if_a_service_is_available_again_within_the_limit() {
    new OutageLog("cakes:1", Duration.ZERO, Duration.ZERO).update(TRANSIENT_FAILURE, () -> "");

    assertThat(lines()).isEmpty();
  }

  private static void look(OutageLog outages, ConnectivityState... states) {
    Stream.of(states).forEach(state -> outages.update(state, () -> "no answer"));
  }

  private List<String> lines() {
    return log.allLines().stream()
        .filter(line -> line.contains("backend=cakes:1"))
        .map(line -> line.replaceFirst("\\S+ ", ""))
        .toList();
  }
}
