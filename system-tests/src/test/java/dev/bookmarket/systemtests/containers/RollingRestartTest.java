package dev.bookmarket.systemtests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.Buyer;
import dev.bookmarket.systemtests.HomePage;
import dev.bookmarket.systemtests.Load;
import dev.bookmarket.systemtests.Polling;
import dev.bookmarket.systemtests.Report;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replaces each service under a load of 50 pages a second: a new container starts under the same
 * name and becomes ready, then the old one is stopped. No page may fail or lack content.
 */
@TestsImages
@ResourceLock(Load.LOCK)
class RollingRestartTest {
  /** Drain, requests in flight, and a reserve for a busy machine; a cluster allows 25 s. */
  private static final Duration STOP = Duration.ofSeconds(60);

  /** How long a load balancer needs to open no more connections to a replica that is not ready. */
  private static final Duration LOAD_BALANCER = Duration.ofSeconds(2);

  /** The largest share of excusable failures in the best of five restarts. */
  private static final double MAX_EXCUSABLE = 0.005;

  private ShopInContainers shop;

  @BeforeEach
  void open() {
    shop = ShopInContainers.open();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("backends")
  void of_a_backend_degrades_no_page(String backend) {
    var port = shop.newest(ShopInContainers.FRONT).port();
    retryIfTooSlow(
        backend,
        () -> {
          try (var load = loadUsing(backend, port)) {
            load.awaitVisits(100);
            var old = shop.newest(backend);
            shop.start(backend);
            old.terminate();
            old.awaitExit(STOP);
            load.awaitVisits(100);
            return load;
          }
        });
  }

  /** Like a load balancer, which opens new connections after readiness has failed. */
  @Test
  void of_the_marketplace_degrades_no_page() {
    retryIfTooSlow(
        ShopInContainers.FRONT,
        () -> {
          var old = shop.newest(ShopInContainers.FRONT);
          var probe = old.visitor();
          try (var load = Load.on(old.port(), HomePage::assertComplete)) {
            load.awaitVisits(100);
            var next = shop.start(ShopInContainers.FRONT);
            old.terminate();
            Polling.within(
                Duration.ofSeconds(60),
                () -> assertThat(probe.get("/readyz").status()).isEqualTo(503));
            Polling.throughout(
                LOAD_BALANCER,
                Duration.ofMillis(100),
                () -> assertThat(probe.get("/readyz").status()).isEqualTo(503));
            load.moveTo(next.port());
            old.awaitExit(STOP);
            load.awaitVisits(100);
            return load;
          }
        });
  }

  /** Returns a load that calls the backend; some need a visitor with orders or with a name. */
  private static Load loadUsing(String backend, int port) {
    var buyer = new Buyer(port);
    return switch (backend) {
      case "orders" -> {
        buyer.buy(1);
        yield Load.on(
            port,
            "/orders",
            buyer.cookies(),
            list -> {
              assertThat(list.status()).isEqualTo(200);
              assertThat(list.page().select(".order")).hasSize(1);
            });
      }
      case "greeter" -> {
        buyer.submitName("Ada");
        yield Load.on(
            port,
            "/",
            buyer.cookies(),
            home -> {
              HomePage.assertComplete(home);
              assertThat(home.page().select(".greeting").text()).endsWith("Ada!");
            });
      }
      default -> Load.on(port, HomePage::assertComplete);
    };
  }

  /**
   * Fails if a page failed or lacked content. If the only cause is that this machine, which starts
   * a JVM at the same time, was too slow for a deadline, repeats the restart, at most five times.
   * Then, almost no page may have failed in one of them.
   */
  private static void retryIfTooSlow(String service, Supplier<Load> restart) {
    double least = 1;
    for (int attempt = 1; ; attempt++) {
      var load = restart.get();
      Report.printf(
          "rolling restart of %s: %d of %d pages failed or degraded%n",
          service, load.failures().size(), load.visits());
      if (load.failures().isEmpty() || !load.allFailuresAreExcusable()) {
        load.assertNoFailures();
        return;
      }
      least = Math.min(least, (double) load.failures().size() / load.visits());
      if (attempt == 5) {
        assertThat(least).as("least share of failures").isLessThanOrEqualTo(MAX_EXCUSABLE);
        load.assertFewRejections();
        return;
      }
    }
  }

  static List<String> backends() {
    return ShopInContainers.services().stream()
        .filter(service -> !service.equals(ShopInContainers.FRONT))
        .toList();
  }
}
