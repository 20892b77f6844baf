package dev.bookmarket.systemtests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.HomePage;
import dev.bookmarket.systemtests.Load;
import dev.bookmarket.systemtests.Needs;
import dev.bookmarket.systemtests.Patience;
import dev.bookmarket.systemtests.Tool;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replaces each service under a load of 50 pages a second: the next container joins the name and
 * gets ready, then the one before is told to stop. No page may fail, nor lack anything.
 */
@Needs({Tool.DOCKER, Tool.KUBECTL})
@Tag("containers")
class RollingRestartTest {
  /** Drain, finish what has begun, and a busy machine; a cluster gives 25 s. */
  private static final Duration STOP = Duration.ofSeconds(60);

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
  void of_a_backend_loses_no_page(String backend) {
    var port = shop.newest(ShopInContainers.FRONT).port();
    inTime(
        backend,
        () -> {
          try (var load = loadThatNeeds(backend, port)) {
            load.awaitVisits(100);
            var old = shop.newest(backend);
            shop.start(backend);
            old.terminate();
            old.awaitEnd(STOP);
            load.awaitVisits(100);
            return load;
          }
        });
  }

  /** As a balancer does it: new connections, once it has noticed that readiness is gone. */
  @Test
  void of_the_marketplace_loses_no_page() {
    inTime(
        ShopInContainers.FRONT,
        () -> {
          var old = shop.newest(ShopInContainers.FRONT);
          try (var load = Load.on(old.port(), HomePage::assertWhole)) {
            load.awaitVisits(100);
            var next = shop.start(ShopInContainers.FRONT);
            old.terminate();
            Patience.within(
                Duration.ofSeconds(60),
                () -> assertThat(old.visitor().get("/readyz").status()).isEqualTo(503));
            load.awaitVisits(100); // which takes the balancer's two seconds
            load.moveTo(next.port());
            old.awaitEnd(STOP);
            load.awaitVisits(100);
            return load;
          }
        });
  }

  /** Some backends are needed only for a visitor with orders, or with a name. */
  private static Load loadThatNeeds(String backend, int port) {
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
        buyer.giveName("Ada");
        yield Load.on(
            port,
            "/",
            buyer.cookies(),
            home -> {
              HomePage.assertWhole(home);
              assertThat(home.page().select(".greeting").text()).endsWith("Ada!");
            });
      }
      default -> Load.on(port, HomePage::assertWhole);
    };
  }

  /**
   * A page that lacks something is a page lost. Where a machine of few cores, which starts a JVM
   * meanwhile, was merely too slow for a deadline, the restart is done again, five times at most.
   */
  private static void inTime(String service, Supplier<Load> restart) {
    for (int attempt = 1; ; attempt++) {
      var load = restart.get();
      System.out.printf(
          "rolling restart of %s: %d of %d pages lost%n",
          service, load.complaints().size(), load.visits());
      if (attempt == 5 || load.complaints().isEmpty() || !load.onlyTimeIsToBlame()) {
        load.assertNoComplaints();
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
