package dev.bookmarket.marketplace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Admission in simulated time: 4 requests in flight, of them 2 of the lowest priority; 8 wait. */
class AdmissionTest {
  private static final int MAX_IN_FLIGHT = 4;
  private static final int MAX_LOW_IN_FLIGHT = 2;
  private static final int MAX_WAITING = 8;

  private final List<String> started = new ArrayList<>();
  private final List<String> rejected = new ArrayList<>();
  private final List<Visit> inFlight = new ArrayList<>();
  private long now = 1;
  private Admission admission =
      new Admission(MAX_IN_FLIGHT, MAX_LOW_IN_FLIGHT, MAX_WAITING, () -> now);

  private final class Visit extends Admission.Task {
    private final String name;
    private final String client;

    Visit(String name, String client, Priority priority) {
      super(priority, client);
      this.name = name;
      this.client = client;
    }

    @Override
    void resume() {
      started.add(name);
      inFlight.add(this);
    }

    @Override
    void reject() {
      rejected.add(name);
    }
  }

  @Test
  void starts_requests_up_to_the_limit_and_one_for_each_that_ends() {
    request(6, "alice", Priority.NORMAL);
    assertThat(started).containsExactly("alice 0", "alice 1", "alice 2", "alice 3");

    endOldest();
    assertThat(started).hasSize(5).endsWith("alice 4");
    endOldest();
    endOldest();
    assertThat(started).hasSize(6);
    assertThat(rejected).isEmpty();
  }

  @Test
  void starts_waiting_requests_by_priority_and_those_of_one_priority_in_order() {
    request(4, "alice", Priority.NORMAL);
    for (var priority :
        List.of(Priority.LOW, Priority.NORMAL, Priority.BASKET, Priority.ORDER, Priority.NORMAL)) {
      request(1, priority.name(), "alice", priority);
    }
    started.clear();

    IntStream.range(0, 5).forEach(i -> endOldest());

    assertThat(started).containsExactly("ORDER 0", "BASKET 0", "NORMAL 0", "NORMAL 0", "LOW 0");
  }

  @Test
  void keeps_capacity_for_others_than_programs() {
    request(8, "alice", Priority.LOW);
    assertThat(started).hasSize(MAX_LOW_IN_FLIGHT);

    request(1, "page", "alice", Priority.NORMAL);
    assertThat(started).last().isEqualTo("page 0");
    endOldest();
    assertThat(started).hasSize(4).last().isEqualTo("alice 2");
  }

  @Test
  void one_client_may_use_everything_while_no_other_waits() {
    request(1, "bob", Priority.NORMAL);
    request(11, "alice", Priority.NORMAL);
    endOldest(); // bob

    assertThat(inFlight).hasSize(MAX_IN_FLIGHT).allMatch(visit -> visit.client.equals("alice"));
    for (int i = 0; i < 7; i++) {
      endOldest();
      assertThat(inFlight).hasSize(MAX_IN_FLIGHT);
    }
    assertThat(rejected).isEmpty();
  }

  @Test
  void each_client_gets_its_share_while_another_waits() {
    request(12, "alice", Priority.NORMAL);
    request(3, "bob", Priority.NORMAL);
    started.clear();

    endOldest();
    endOldest();
    endOldest();

    // The third goes to the first in line, because bob has the half of the capacity.
    assertThat(started).containsExactly("bob 0", "bob 1", "alice 4");
  }

  @Test
  void a_share_takes_precedence_over_the_priority() {
    request(4, "alice", Priority.ORDER);
    request(4, "alice", Priority.ORDER);
    request(1, "bob", Priority.LOW);
    started.clear();

    endOldest();

    assertThat(started).containsExactly("bob 0");
  }

  @Test
  void a_full_line_rejects_the_last_of_the_lowest_priority() {
    request(4, "alice", Priority.NORMAL);
    request(4, "page", "alice", Priority.NORMAL);
    request(4, "call", "alice", Priority.LOW);
    assertThat(rejected).isEmpty();

    request(2, "order", "alice", Priority.ORDER);
    assertThat(rejected).containsExactly("call 3", "call 2");
    request(1, "late", "alice", Priority.LOW);
    assertThat(rejected).endsWith("late 0");
  }

  @Test
  void a_full_line_rejects_no_request_of_a_client_that_has_less_than_its_share() {
    request(4, "alice", Priority.NORMAL);
    request(8, "order", "alice", Priority.ORDER);

    request(3, "bob", Priority.LOW);

    assertThat(rejected).hasSize(3).allMatch(name -> name.startsWith("order"));
  }

  @Test
  void a_full_line_of_many_clients_rejects_those_of_which_several_requests_wait() {
    request(4, "alice", Priority.NORMAL);
    request(2, "bob", Priority.NORMAL);
    for (int i = 0; i < 7; i++) {
      request(1, "client " + i, Priority.NORMAL);
    }

    assertThat(rejected).containsExactly("bob 1");
  }

  @Test
  void a_burst_may_wait_for_a_second() {
    request(12, "alice", Priority.NORMAL);

    advance(Admission.BURST_WAIT.minusMillis(1));
    assertThat(admission.rejectExpired()).isTrue();
    assertThat(rejected).isEmpty();
    advance(Duration.ofMillis(1));
    assertThat(admission.rejectExpired()).isFalse();
    assertThat(rejected).hasSize(8);
  }

  @Test
  void few_requests_wait_and_only_briefly_in_an_overload() {
    letMoreWait();
    request(4, "alice", Priority.NORMAL);
    for (int i = 0; i < 200; i++) { // one in 10 ms starts, and two arrive
      request(2, "page", "alice", Priority.NORMAL);
      advance(Duration.ofMillis(10));
      endOldest();
      admission.rejectExpired();
    }
    rejected.clear();

    request(MAX_IN_FLIGHT, "late", "alice", Priority.NORMAL);
    assertThat(rejected).isNotEmpty().allMatch(name -> name.startsWith("late"));
    request(1, "order", "alice", Priority.ORDER);
    advance(Admission.OVERLOAD_WAIT);
    assertThat(admission.rejectExpired()).isTrue();
    assertThat(rejected).contains("late 0", "late 1", "late 2", "late 3").doesNotContain("order 0");

    endOldest(); // the order starts
    endOldest();
    advance(Admission.MAX_GAP.plusMillis(1)); // in which none waits
    request(2, "later", "alice", Priority.NORMAL); // the first starts at once
    advance(Admission.BURST_WAIT.minusMillis(1));
    admission.rejectExpired();
    assertThat(rejected).doesNotContain("later 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 9})
  void too_many_waiting_requests_shorten_the_time_until_an_overload(int waiting) {
    request(MAX_IN_FLIGHT + waiting, "alice", Priority.NORMAL);
    endOldest();
    endOldest();
    rejected.clear();
    advance(Admission.OVERLOAD_AFTER_FULL.plusMillis(1));

    request(1, "late", "alice", Priority.NORMAL);

    assertThat(rejected).hasSize(waiting > MAX_WAITING ? 1 : 0);
  }

  @Test
  void a_burst_is_not_cut_by_a_request_of_another_priority() {
    letMoreWait();
    request(1, "basket", "alice", Priority.BASKET);
    advance(Duration.ofMinutes(1));
    request(100, "alice", Priority.NORMAL);
    request(1, "basket", "alice", Priority.BASKET);

    assertThat(rejected).isEmpty();
  }

  @Test
  void bursts_with_pauses_are_not_cut_after_an_overload() {
    letMoreWait();
    request(100, "alice", Priority.NORMAL);
    advance(Admission.BURST_WAIT.plusMillis(1));
    admission.rejectExpired();
    assertThat(rejected).isNotEmpty();
    rejected.clear();

    for (int burst = 0; burst < 3; burst++) {
      while (!inFlight.isEmpty()) { // in the last 4 or 5 ms, none waits
        endOldest();
        advance(Duration.ofMillis(1));
      }
      advance(Admission.MAX_GAP.minusMillis(3));
      request(100, "alice", Priority.NORMAL);
    }
    advance(Admission.BURST_WAIT.minusMillis(1));
    admission.rejectExpired();
    assertThat(rejected).isEmpty();
  }

  @Test
  void short_pauses_do_not_end_an_overload() {
    letMoreWait();
    request(100, "alice", Priority.NORMAL);
    advance(Admission.OVERLOAD_AFTER.plusMillis(1));
    admission.rejectExpired();

    for (int i = 0; i < 3; i++) {
      while (!inFlight.isEmpty()) {
        endOldest();
      }
      advance(Admission.MAX_GAP);
      rejected.clear();
      request(100, "alice", Priority.NORMAL);
      assertThat(rejected).hasSize(100 - 2 * MAX_IN_FLIGHT);
    }
  }

  @Test
  void programs_that_use_all_of_their_capacity_remain_in_overload() {
    letMoreWait();
    request(100, "program", "alice", Priority.LOW);
    advance(Admission.BURST_WAIT.plusMillis(1));
    admission.rejectExpired();
    rejected.clear();

    advance(Admission.MAX_GAP.plusMillis(1)); // none waits, but only because all were rejected
    request(100, "program", "alice", Priority.LOW);
    assertThat(rejected).hasSize(100 - MAX_IN_FLIGHT);
  }

  @Test
  void an_overload_by_programs_rejects_no_pages() {
    letMoreWait();
    request(100, "program", "alice", Priority.LOW);
    advance(Admission.OVERLOAD_AFTER.plusMillis(1));
    request(1, "program", "alice", Priority.LOW);
    assertThat(rejected).hasSize(1);

    request(100, "page", "alice", Priority.NORMAL);
    request(1, "program", "alice", Priority.LOW);
    advance(Admission.OVERLOAD_AFTER_FULL.plusMillis(1));
    admission.rejectExpired();
    request(100, "page", "alice", Priority.NORMAL);

    assertThat(rejected).hasSize(100).allMatch(name -> name.startsWith("program"));
  }

  @Test
  void waiting_programs_do_not_shorten_the_time_until_an_overload_of_pages() {
    request(4 + MAX_WAITING, "program", "alice", Priority.LOW);
    for (int i = 0; i < MAX_WAITING; i++) {
      request(1, "page", "alice", Priority.NORMAL); // 2 start; each of the others rejects a program
    }
    rejected.clear();
    advance(Admission.OVERLOAD_AFTER_FULL.plusMillis(1));

    request(1, "page", "alice", Priority.NORMAL);

    assertThat(rejected).hasSize(1).allMatch(name -> name.startsWith("program"));
  }

  @Test
  void an_order_waits_longer() {
    request(4, "alice", Priority.NORMAL);
    request(1, "order", "alice", Priority.ORDER);

    advance(Admission.ORDER_WAIT.minusMillis(1));
    admission.rejectExpired();
    assertThat(rejected).isEmpty();
    advance(Duration.ofMillis(1));
    admission.rejectExpired();
    assertThat(rejected).containsExactly("order 0");
  }

  @Test
  void at_three_times_the_capacity_nearly_all_capacity_is_used_and_no_served_request_waits_long() {
    // Each request takes 20 ms, so the capacity is 200 a second; 600 a second arrive, for 10 s.
    letMoreWait();
    var random = new Random(1);
    long served = 0;
    var ends = new ArrayList<Long>();
    for (int millis = 0; millis < 10_000; millis++) {
      now = Duration.ofMillis(millis).toNanos();
      int before = started.size();
      if (random.nextInt(10) < 6) {
        request(1, String.valueOf(millis), "alice", Priority.NORMAL);
      }
      while (!ends.isEmpty() && ends.get(0) <= millis) {
        ends.remove(0);
        endOldest();
        served++;
      }
      if (millis % 25 == 0) {
        admission.rejectExpired();
      }
      for (var name : started.subList(before, started.size())) {
        ends.add(millis + 20L);
        long arrived = Long.parseLong(name.split(" ")[0]);
        // The overload begins 1 s after the first request has to wait, so shortly after 1,000 ms.
        assertThat(millis - arrived)
            .isLessThan(arrived < 1_050 ? 1_000 + 25 : 50 + 25); // expiry: 25 ms
      }
    }
    assertThat(served).isGreaterThan(10 * 200 * 95 / 100);
  }

  @Test
  void each_request_is_started_or_rejected_exactly_once() {
    var random = new Random(1);
    int count = 0;
    for (int i = 0; i < 20_000; i++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          var priority = Priority.values()[random.nextInt(Priority.values().length)];
          request(1, "n" + i, "client " + random.nextInt(5), priority);
          count++;
        }
        case 2 -> {
          if (!inFlight.isEmpty()) {
            end(inFlight.get(random.nextInt(inFlight.size())));
          }
        }
        default -> {
          advance(Duration.ofMillis(random.nextInt(30)));
          admission.rejectExpired();
        }
      }
      assertThat(inFlight).hasSizeLessThanOrEqualTo(MAX_IN_FLIGHT);
    }
    while (!inFlight.isEmpty()) {
      endOldest();
    }
    advance(Duration.ofSeconds(3));
    assertThat(admission.rejectExpired()).isFalse();

    assertThat(started.size() + rejected.size()).isEqualTo(count);
    assertThat(started).doesNotHaveDuplicates().doesNotContainAnyElementsOf(rejected);
    assertThat(rejected).isNotEmpty();
  }

  private void letMoreWait() {
    admission = new Admission(MAX_IN_FLIGHT, MAX_LOW_IN_FLIGHT, 1_000, () -> now);
  }

  private void request(int count, String client, Priority priority) {
    request(count, client, client, priority);
  }

  private void request(int count, String name, String client, Priority priority) {
    for (int i = 0; i < count; i++) {
      var visit = new Visit(name + " " + i, client, priority);
      if (admission.startNow(visit)) {
        visit.resume();
      }
    }
  }

  private void endOldest() {
    end(inFlight.get(0));
  }

  private void end(Visit visit) {
    inFlight.remove(visit);
    admission.end(visit);
  }

  private void advance(Duration time) {
    now += time.toNanos();
  }
}
