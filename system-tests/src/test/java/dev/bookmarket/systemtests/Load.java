package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Visitors who open the home page again and again, each over a connection of their own: a steady
 * load that a small machine can carry while processes start and stop beside it.
 */
final class Load implements AutoCloseable {
  private static final int VISITORS = 20;
  private static final int PAUSE_MILLIS = 400;

  private final Consumer<Visitor.Answer> expectation;
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
  private final AtomicInteger visits = new AtomicInteger();
  private final ScheduledExecutorService visitors = Executors.newScheduledThreadPool(VISITORS);
  private volatile List<Visitor> connections;
  private final long begin = System.nanoTime();

  private Load(int port, Consumer<Visitor.Answer> expectation) {
    this.expectation = expectation;
    connections = connectionsTo(port);
    for (int i = 0; i < VISITORS; i++) {
      int number = i;
      visitors.scheduleWithFixedDelay(
          () -> visit(number), i * PAUSE_MILLIS / VISITORS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Begins to open the home page of the shop on that port, expecting the same of each answer. */
  static Load on(int port, Consumer<Visitor.Answer> expectation) {
    return new Load(port, expectation);
  }

  /** From now on, opens the page at that port, as a balancer leads visitors to another replica. */
  void moveTo(int port) {
    connections = connectionsTo(port);
  }

  /** Fails if a page did not come, or was not as expected. */
  void assertNoComplaints() {
    assertThat(complaints).as("complaints of %d visits", visits.get()).isEmpty();
  }

  /** Waits until that many more pages have been opened. */
  void awaitVisits(int more) {
    int goal = visits.get() + more;
    Patience.within(Duration.ofSeconds(30), () -> assertThat(visits.get()).isGreaterThan(goal));
  }

  /** Waits until the visits that have begun are answered, and begins no others. */
  @Override
  public void close() {
    visitors.shutdown();
    try {
      if (!visitors.awaitTermination(30, TimeUnit.SECONDS)) {
        throw new AssertionError("visitors still wait");
      }
    } catch (InterruptedException e) {
      visitors.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void visit(int number) {
    try {
      expectation.accept(connections.get(number).tryToGet("/"));
    } catch (IOException | AssertionError failure) {
      complaints.add(
          "after %d ms: %s"
              .formatted(
                  TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin),
                  String.valueOf(failure).replaceAll("\\s+", " ")));
    }
    visits.incrementAndGet();
  }

  private static List<Visitor> connectionsTo(int port) {
    return IntStream.range(0, VISITORS).mapToObj(i -> Visitor.of(port)).toList();
  }
}
