package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
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

/** 20 visitors who open a page again and again, each over a connection of their own. */
public final class Load implements AutoCloseable {
  private static final int VISITORS = 20;

  /** 50 pages a second: a small machine can carry that while processes start and stop beside it. */
  private static final int STEADY_MILLIS = 400;

  /** Nobody gets a page in a millisecond; the next visit begins when the last is over. */
  private static final int EAGER_MILLIS = 1;

  private final String path;
  private final String cookies;
  private final Consumer<Visitor.Answer> expectation;
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
  private final AtomicInteger visits = new AtomicInteger();
  private final ScheduledExecutorService visitors = Executors.newScheduledThreadPool(VISITORS);
  private volatile List<Visitor> connections;
  private volatile boolean timeIsToBlame = true;
  private final long begin = System.nanoTime();

  private Load(
      int port,
      int periodMillis,
      String path,
      String cookies,
      Consumer<Visitor.Answer> expectation) {
    this.path = path;
    this.cookies = cookies;
    this.expectation = expectation;
    connections = connectionsTo(port);
    for (int i = 0; i < VISITORS; i++) {
      int number = i;
      visitors.scheduleAtFixedRate(
          () -> visit(number), i * periodMillis / VISITORS, periodMillis, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Begins to open 50 home pages a second of the shop on that port, expecting the same of each
   * answer.
   */
  public static Load on(int port, Consumer<Visitor.Answer> expectation) {
    return on(port, "/", "", expectation);
  }

  /** The same with another page, and with the cookies of one visitor for all. */
  public static Load on(
      int port, String path, String cookies, Consumer<Visitor.Answer> expectation) {
    return new Load(port, STEADY_MILLIS, path, cookies, expectation);
  }

  /** The same as fast as the pages come. */
  public static Load full(int port, Consumer<Visitor.Answer> expectation) {
    return new Load(port, EAGER_MILLIS, "/", "", expectation);
  }

  /** How many pages have been opened so far. */
  public int visits() {
    return visits.get();
  }

  /** From now on, opens the page at that port, as a balancer leads visitors to another replica. */
  public void moveTo(int port) {
    connections = connectionsTo(port);
  }

  /** The pages that did not come, or were not as expected, each with what was wrong. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /**
   * Whether all complaints are of pages that came, and so late that a deadline of theirs may have
   * passed for no other reason than that this machine was too busy.
   */
  public boolean onlyTimeIsToBlame() {
    return timeIsToBlame;
  }

  /** Fails if a page did not come, or was not as expected. */
  public void assertNoComplaints() {
    assertThat(complaints).as("complaints of %d visits", visits.get()).isEmpty();
  }

  /** Waits until that many more pages have been opened. */
  public void awaitVisits(int more) {
    int goal = visits.get() + more;
    Patience.within(Duration.ofMinutes(2), () -> assertThat(visits.get()).isGreaterThan(goal));
  }

  /** Waits until the visits that have begun are answered, and begins no others. */
  @Override
  public void close() {
    visitors.shutdown();
    try {
      if (!visitors.awaitTermination(2, TimeUnit.MINUTES)) {
        throw new AssertionError("visitors still wait");
      }
    } catch (InterruptedException e) {
      visitors.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void visit(int number) {
    try {
      var request = HttpRequest.newBuilder().header("Cookie", cookies);
      var answer = connections.get(number).tryToSend(request, path);
      try {
        expectation.accept(answer);
      } catch (AssertionError failure) {
        complain(failure);
        if (!answer.isLate()) {
          timeIsToBlame = false;
        }
      }
    } catch (IOException failure) {
      complain(failure);
      timeIsToBlame = false;
    }
    visits.incrementAndGet();
  }

  private void complain(Throwable failure) {
    var after = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    complaints.add(
        "after %s ms: %s".formatted(after, String.valueOf(failure).replaceAll("\\s+", " ")));
  }

  private static List<Visitor> connectionsTo(int port) {
    return IntStream.range(0, VISITORS).mapToObj(i -> Visitor.of(port)).toList();
  }
}
