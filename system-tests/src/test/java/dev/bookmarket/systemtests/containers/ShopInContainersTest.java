package dev.bookmarket.systemtests.containers;

import static dev.bookmarket.systemtests.HomePage.assertComplete;
import static dev.bookmarket.systemtests.HomePage.assertDegraded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.Buyer;
import dev.bookmarket.systemtests.HomePage;
import dev.bookmarket.systemtests.Load;
import dev.bookmarket.systemtests.Polling;
import dev.bookmarket.systemtests.Report;
import dev.bookmarket.systemtests.TwoServices;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Tests of all images together, as in a cluster. */
@TestsImages
@ResourceLock(Load.LOCK)
class ShopInContainersTest {
  private static final String BACKEND = "recommendations";
  private static final Duration LOAD = Duration.ofSeconds(20);

  private ShopInContainers shop;

  @BeforeEach
  void open() {
    shop = ShopInContainers.open();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void serves_pages_of_every_kind() {
    for (var path : List.of("/", "/categories/mystery", "/books/1", "/search?q=dune")) {
      assertThat(shop.visitor().open(path).status()).as(path).isEqualTo(200);
    }
  }

  @Test
  void degrades_while_its_backend_is_dead_and_recovers_when_it_is_back_at_another_address() {
    var address = shop.newest(BACKEND).address();
    shop.newest(BACKEND).kill();
    Polling.throughout(
        Duration.ofSeconds(3),
        Duration.ofMillis(100),
        () -> assertThat(shop.visitor().get("/").status()).isEqualTo(200));
    assertDegraded(shop.visitor().get("/"));

    shop.occupyAddress();
    var next = shop.start(BACKEND);
    assertThat(next.address()).isNotEqualTo(address);

    Polling.within(TwoServices.RECOVERY, () -> assertComplete(shop.visitor().get("/")));
  }

  @Test
  void degrades_while_its_backend_hangs() {
    shop.newest(BACKEND).suspend();
    try {
      Polling.throughout(
          Duration.ofSeconds(5),
          Duration.ofMillis(100),
          () -> assertThat(shop.visitor().get("/").status()).isEqualTo(200));
      assertDegraded(shop.visitor().get("/"));
    } finally {
      shop.newest(BACKEND).resume();
    }

    Polling.within(TwoServices.RECOVERY, () -> assertComplete(shop.visitor().get("/")));
  }

  @Test
  void balances_the_calls_over_three_replicas_with_one_name() {
    var replicas = List.of(shop.newest(BACKEND), shop.start(BACKEND), shop.start(BACKEND));
    // Wait until the marketplace is connected to all of them.
    try (var load = Load.on(shop.newest(ShopInContainers.FRONT).port(), HomePage::assertComplete)) {
      Polling.within(
          Duration.ofMinutes(2),
          () -> {
            var before = replicas.stream().mapToLong(WorkloadContainer::callsReceived).toArray();
            load.awaitVisits(30);
            for (int i = 0; i < before.length; i++) {
              // Each page makes two calls, and each replica gets about a third of them.
              assertThat(replicas.get(i).callsReceived() - before[i])
                  .as("calls of replica %d", i)
                  .isGreaterThan(10);
            }
          });
    }
  }

  @Test
  void keeps_orders_when_the_service_and_its_database_are_killed() {
    var buyer = new Buyer(shop.newest(ShopInContainers.FRONT).port());
    buyer.buy(1);
    shop.newest("orders").kill();
    shop.newest("postgres").restart();

    shop.start("orders");

    awaitOrders(buyer, 1);
    buyer.buy(2);
    awaitOrders(buyer, 2);
  }

  /** Retries because, on a busy machine, the page may miss its deadline and show no orders. */
  private static void awaitOrders(Buyer buyer, int count) {
    Polling.within(
        Duration.ofSeconds(60),
        () -> assertThat(buyer.orders().page().select(".order")).hasSize(count));
  }

  @Test
  void stays_within_its_memory_limits_under_full_load() {
    var port = shop.newest(ShopInContainers.FRONT).port();
    report("idle");
    try (var load = Load.full(port, HomePage::assertCompleteUnlessBusy)) {
      await(LOAD);
      report("%s home pages in %s, 20 visitors".formatted(load.visits(), LOAD));
      assertThat(load.failures()).as("of %d", load.visits()).hasSizeLessThan(load.visits() / 100);
      load.assertFewRejections();
    }
    try {
      report("%s orders in %s, 8 buyers".formatted(ordersPlacedWithin(LOAD, 8, port), LOAD));
    } finally { // report an exhausted limit even if a buyer failed because of it
      for (var name : shop.names()) {
        assertThat(shop.newest(name).wasOutOfMemory()).as("%s out of memory", name).isFalse();
        assertThat(shop.newest(name).isRunning()).as("%s is running", name).isTrue();
      }
    }
  }

  private static int ordersPlacedWithin(Duration time, int buyers, int port) {
    var until = System.nanoTime() + time.toNanos();
    var threads = Executors.newFixedThreadPool(buyers);
    try {
      return IntStream.range(0, buyers)
          .mapToObj(i -> CompletableFuture.supplyAsync(() -> ordersPlaced(until, port), threads))
          .toList()
          .stream()
          .mapToInt(CompletableFuture::join)
          .sum();
    } finally {
      threads.shutdown();
    }
  }

  private static int ordersPlaced(long until, int port) {
    var buyer = new Buyer(port);
    int orders = 0;
    while (System.nanoTime() < until) {
      buyer.buy(1 + orders++ % 9);
    }
    return orders;
  }

  private static void await(Duration time) {
    var until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }

  private void report(String when) {
    for (var name : shop.names()) {
      Report.printf(
          "%s, %s: working set %d MiB%n", name, when, shop.newest(name).workingSetMebibytes());
    }
  }
}
