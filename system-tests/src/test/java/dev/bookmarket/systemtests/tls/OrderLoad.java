package dev.bookmarket.systemtests.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Throwables;
import dev.bookmarket.systemtests.Buyer;
import dev.bookmarket.systemtests.HomePage;
import dev.bookmarket.systemtests.Polling;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Places orders as two visitors, one after the other; submits each order once. */
final class OrderLoad implements AutoCloseable {
  private static final int VISITORS = 2;
  private static final int PAUSE_MILLIS = 100;

  private final ScheduledExecutorService visitors = Executors.newScheduledThreadPool(VISITORS);
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger placed = new AtomicInteger();
  private final AtomicInteger late = new AtomicInteger();

  private OrderLoad(int port) {
    for (int i = 0; i < VISITORS; i++) {
      var buyer = new Buyer(port);
      var unused =
          visitors.scheduleWithFixedDelay(
              () -> placeOrder(buyer), 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Starts to place orders at the shop on this port. */
  static OrderLoad on(int port) {
    return new OrderLoad(port);
  }

  /** Returns the number of orders that the shop has confirmed. */
  int placed() {
    return placed.get();
  }

  /** Returns the number of orders of which a call missed its deadline or was rejected. */
  int late() {
    return late.get();
  }

  /** Returns the other orders that the shop has not confirmed, each with the reason. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Waits until this number of additional orders have been placed. */
  void awaitOrders(int more) {
    int goal = placed.get() + more;
    Polling.within(
        Duration.ofMinutes(2), () -> assertThat(placed.get()).isGreaterThanOrEqualTo(goal));
  }

  /** Places no further orders and waits for the responses to the current ones. */
  @Override
  public void close() {
    visitors.shutdown();
    try {
      if (!visitors.awaitTermination(2, TimeUnit.MINUTES)) {
        throw new AssertionError("orders without a response");
      }
    } catch (InterruptedException e) {
      visitors.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void placeOrder(Buyer buyer) {
    try {
      var response = buyer.tryToBuy(1 + placed.get() % 9);
      var heading = response.page().select("h1").text();
      if (heading.equals("Thank you!")) {
        placed.incrementAndGet();
      } else if (late.get() > 0 && heading.equals("Your earlier order was already placed")) {
        placed.incrementAndGet(); // the late one
      } else if (response.status() == 503
          && (response.took().compareTo(HomePage.DEADLINE) >= 0 || response.isRejected())) {
        late.incrementAndGet();
      } else {
        failures.add(
            "%s after %s ms: %s %s"
                .formatted(
                    response.status(),
                    response.took().toMillis(),
                    heading,
                    response.page().select("[data-notice]").eachAttr("data-notice")));
      }
    } catch (AssertionError | RuntimeException failure) {
      if (Throwables.getRootCause(failure) instanceof HttpTimeoutException) {
        late.incrementAndGet();
        return;
      }
      failures.add((failure + " " + Throwables.getRootCause(failure)).replaceAll("\\s+", " "));
    }
  }
}
