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

/** Opens a page repeatedly as 20 visitors, each on its own connection. */
public final class Load implements AutoCloseable {
  /**
   * The lock of tests that count pages under load, for {@code @ResourceLock}. At the same time,
   * they would need more than the capacity of a small machine.
   */
  public static final String LOCK = "load";

  private static final int VISITORS = 20;

  /** 50 pages per second, which a small machine can serve while processes start and stop. */
  private static final int STEADY_PERIOD_MILLIS = 400;

  /** Shorter than any visit: each visit starts as soon as the previous one is finished. */
  private static final int MAXIMAL_PERIOD_MILLIS = 1;

  private final String path;
  private final String cookies;
  private final Consumer<Visitor.Response> expectation;
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger visits = new AtomicInteger();
  private final ScheduledExecutorService visitors = Executors.newScheduledThreadPool(VISITORS);
  private volatile List<Visitor> connections;
  private final AtomicInteger rejected = new AtomicInteger();
  private volatile boolean allFailuresExcusable = true;
  private final long start = System.nanoTime();

  private Load(
      int port,
      int periodMillis,
      String path,
      String cookies,
      Consumer<Visitor.Response> expectation) {
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

  /** Opens 50 home pages per second on the port, with an assertion about each response. */
  public static Load on(int port, Consumer<Visitor.Response> expectation) {
    return on(port, "/", "", expectation);
  }

  /** Like {@link #on(int, Consumer)}, with another page and a cookie header. */
  public static Load on(
      int port, String path, String cookies, Consumer<Visitor.Response> expectation) {
    return new Load(port, STEADY_PERIOD_MILLIS, path, cookies, expectation);
  }

  /** Like {@link #on(int, Consumer)}, as fast as the shop responds. */
  public static Load full(int port, Consumer<Visitor.Response> expectation) {
    return new Load(port, MAXIMAL_PERIOD_MILLIS, "/", "", expectation);
  }

  /** Returns the number of pages opened so far. */
  public int visits() {
    return visits.get();
  }

  /** Opens all further pages at another port, as a load balancer switches to another replica. */
  public void moveTo(int port) {
    connections = connectionsTo(port);
  }

  /** Returns the failed visits, each with the reason. */
  public List<String> failures() {
    return List.copyOf(failures);
  }

  /**
   * Returns whether each failed visit may have failed only because this machine was busy: a call
   * may have missed its deadline, or a service has rejected one.
   */
  public boolean allFailuresAreExcusable() {
    return allFailuresExcusable;
  }

  /** Fails if a visit failed, or if services rejected calls of most pages. */
  public void assertNoFailures() {
    assertThat(failures).as("failures of %d visits", visits.get()).isEmpty();
    assertFewRejections();
  }

  /** Fails if services rejected calls of most pages: a short delay would reject fewer. */
  public void assertFewRejections() {
    assertThat(rejected.get()).as("pages with rejected calls").isLessThan(1 + visits.get() / 2);
  }

  /** Waits until this number of additional pages have been opened. */
  public void awaitVisits(int more) {
    int goal = visits.get() + more;
    Polling.within(Duration.ofMinutes(2), () -> assertThat(visits.get()).isGreaterThan(goal));
  }

  /** Starts no further visits and waits for the responses to the current ones. */
  @Override
  public void close() {
    visitors.shutdown();
    try {
      if (!visitors.awaitTermination(2, TimeUnit.MINUTES)) {
        throw new AssertionError("visits without a response");
      }
    } catch (InterruptedException e) {
      visitors.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void visit(int number) {
    try {
      var request = HttpRequest.newBuilder().header("Cookie", cookies);
      var response = connections.get(number).tryToSend(request, path);
      if (response.isRejected()) {
        rejected.incrementAndGet();
      }
      try {
        expectation.accept(response);
      } catch (AssertionError failure) {
        addFailure(failure);
        if (!response.isExcusable()) {
          allFailuresExcusable = false;
        }
      }
    } catch (IOException failure) {
      addFailure(failure);
      allFailuresExcusable = false;
    }
    visits.incrementAndGet();
  }

  private void addFailure(Throwable failure) {
    var after = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    failures.add(
        "after %s ms: %s".formatted(after, String.valueOf(failure).replaceAll("\\s+", " ")));
  }

  private static List<Visitor> connectionsTo(int port) {
    return IntStream.range(0, VISITORS).mapToObj(i -> Visitor.of(port)).toList();
  }
}
