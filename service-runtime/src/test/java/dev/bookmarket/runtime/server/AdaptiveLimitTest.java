package dev.bookmarket.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit in front of a simulated server, in simulated time. */
class AdaptiveLimitTest {
  private static final Duration TARGET = Duration.ofMillis(100);
  private static final int THREADS = 16;
  private static final int MAXIMUM = 256;

  private long now;
  private final AdaptiveLimit limit = new AdaptiveLimit(THREADS, MAXIMUM, TARGET, () -> now);
  private final PriorityQueue<long[]> ends =
      new PriorityQueue<>((a, b) -> Long.compare(a[0], b[0]));
  private final long[] threadFree = new long[THREADS];

  @Test
  void starts_halfway_between_its_bounds() {
    assertThat(limit.limit()).isEqualTo(136);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 10, 20, 40, 80})
  void keeps_the_latency_near_the_target_at_three_times_capacity(int millis) {
    var service = Duration.ofMillis(millis);
    var capacity = THREADS * 1_000 / millis; // per second
    run(Duration.ofSeconds(20), 3 * capacity, service);

    var settled = run(Duration.ofSeconds(20), 3 * capacity, service);

    assertThat(percentile(settled.latencies, 99)).isLessThan(TARGET.toNanos() * 3 / 2);
    // The rejected tasks have cost nothing: the threads were busy all the time.
    assertThat(settled.latencies.size()).isGreaterThan(capacity * 20 * 95 / 100);
  }

  @Test
  void follows_a_latency_that_changes() {
    var limits = new LinkedHashMap<String, Integer>();
    run(Duration.ofSeconds(20), 20_000, Duration.ofMillis(1));
    limits.put("fast", limit.limit());
    run(Duration.ofSeconds(20), 20_000, Duration.ofMillis(500));
    limits.put("slow", limit.limit());
    run(Duration.ofSeconds(20), 20_000, Duration.ofMillis(20));
    limits.put("between", limit.limit());
    run(Duration.ofSeconds(20), 20_000, Duration.ofMillis(1));
    limits.put("fast again", limit.limit());

    // 16 threads and 20 ms: 80 tasks need 100 ms.
    assertThat(limits.get("between")).isBetween(60, 100);
    limits.remove("between");
    assertThat(limits).isEqualTo(Map.of("fast", MAXIMUM, "slow", THREADS, "fast again", MAXIMUM));
  }

  @Test
  void shrinks_only_once_for_slow_tasks_that_end_together() {
    run(Duration.ofSeconds(20), 20_000, Duration.ofMillis(1));
    while (limit.tryAcquire(Priority.ORDER)) {
      // fill it
    }
    var admittedAt = now;
    now += 2 * TARGET.toNanos();

    for (int task = 0; task < MAXIMUM; task++) {
      limit.release(admittedAt);
    }

    assertThat(limit.limit()).isEqualTo(MAXIMUM * 9 / 10);
  }

  @Test
  void leaves_room_for_higher_priorities() {
    var admitted = new LinkedHashMap<Priority, Integer>();
    for (var priority : List.of(Priority.LOW, Priority.NORMAL, Priority.BASKET, Priority.ORDER)) {
      while (limit.tryAcquire(priority)) {
        admitted.merge(priority, 1, Integer::sum);
      }
    }

    assertThat(admitted)
        .isEqualTo(
            Map.of(Priority.LOW, 68, Priority.NORMAL, 40, Priority.BASKET, 14, Priority.ORDER, 14));
  }

  @Test
  void admits_one_task_of_any_priority_to_an_idle_server_with_one_thread() {
    var single = new AdaptiveLimit(1, 1, TARGET, () -> now);

    assertThat(single.tryAcquire(Priority.LOW)).isTrue();
    assertThat(single.tryAcquire(Priority.ORDER)).isFalse();
    single.release(now);
    assertThat(single.tryAcquire(Priority.LOW)).isTrue();
  }

  /** Sends tasks at a constant rate; each occupies one of the threads for the service time. */
  private Run run(Duration duration, int perSecond, Duration service) {
    var run = new Run(new ArrayList<>());
    var end = now + duration.toNanos();
    for (long arrival = now; arrival < end; arrival += 1_000_000_000L / perSecond) {
      finishUntil(arrival, run);
      now = arrival;
      if (limit.tryAcquire(Priority.ORDER)) {
        var thread = firstFree();
        var finish = Math.max(now, threadFree[thread]) + service.toNanos();
        threadFree[thread] = finish;
        ends.add(new long[] {finish, now});
      }
    }
    return run;
  }

  private void finishUntil(long time, Run run) {
    while (!ends.isEmpty() && ends.element()[0] <= time) {
      var task = ends.remove();
      now = task[0];
      run.latencies.add(task[0] - task[1]);
      limit.release(task[1]);
    }
  }

  private int firstFree() {
    var first = 0;
    for (int thread = 1; thread < THREADS; thread++) {
      if (threadFree[thread] < threadFree[first]) {
        first = thread;
      }
    }
    return first;
  }

  private static long percentile(List<Long> values, int percent) {
    return values.stream().sorted().toList().get(values.size() * percent / 100);
  }

  private record Run(List<Long> latencies) {}
}
