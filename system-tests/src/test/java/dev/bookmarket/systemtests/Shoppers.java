package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.orders.OrderRequests;
import dev.bookmarket.protobufs.orders.v1.ListOrdersRequest;
import dev.bookmarket.protobufs.orders.v1.ListOrdersResponse;
import dev.bookmarket.protobufs.orders.v1.Order;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc.OrderServiceBlockingStub;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Some clients that place orders as fast as they are taken, each its own buyer. Where one gets no
 * answer, it asks again with the same key until it has one, and it remembers every order that was
 * acknowledged.
 */
final class Shoppers implements AutoCloseable {
  private static final Set<Status.Code> UNKNOWN_OUTCOME =
      Set.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);

  private final ManagedChannel channel;
  private final List<Shopper> shoppers;
  private final AtomicBoolean told = new AtomicBoolean();
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicInteger unanswered = new AtomicInteger();
  private final AtomicInteger storedUnanswered = new AtomicInteger();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

  private Shoppers(int count, int port) {
    channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
            .build();
    shoppers = IntStream.range(0, count).mapToObj(Shopper::new).toList();
    shoppers.forEach(shopper -> shopper.thread.start());
  }

  /** So many of them, who call the service at that port. */
  static Shoppers begin(int count, int port) {
    return new Shoppers(count, port);
  }

  int acknowledged() {
    return acknowledged.get();
  }

  /** Waits until so many more orders were acknowledged. */
  void awaitMore(int more) {
    var enough = acknowledged() + more;
    Polling.within(
        Duration.ofMinutes(1), () -> assertThat(acknowledged()).isGreaterThanOrEqualTo(enough));
  }

  /** Stops them, each when its last order is acknowledged. */
  void stop() {
    told.set(true);
    for (var shopper : shoppers) {
      try {
        shopper.thread.join(60_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
      assertThat(shopper.thread.isAlive()).as("still without an answer").isFalse();
    }
  }

  /** After {@link #stop}: every acknowledged order is there exactly once, and no other. */
  void assertEachOrderIsThereOnce(String place, int crashes) {
    int lost = 0;
    int doubled = 0;
    for (var shopper : shoppers) {
      var stored = new LinkedHashMap<String, List<String>>();
      for (var order : shopper.listed()) {
        stored
            .computeIfAbsent(order.getIdempotencyKey(), key -> new ArrayList<>())
            .add(order.getId());
      }
      for (var order : shopper.orders.entrySet()) {
        var ids = stored.getOrDefault(order.getKey(), List.of());
        lost += ids.contains(order.getValue()) ? 0 : 1;
        doubled += Math.max(0, ids.size() - 1);
      }
      stored.keySet().removeAll(shopper.orders.keySet());
      assertThat(stored.keySet()).as("orders that nobody was told of").isEmpty();
    }
    System.out.printf(
        "%s: orders placed %d, crashes survived %d, lost %d, doubled %d;"
            + " unanswered %d, of which %d were stored nevertheless%n",
        place, acknowledged(), crashes, lost, doubled, unanswered.get(), storedUnanswered.get());
    assertThat(failures).isEmpty();
    assertThat(lost).as("lost").isZero();
    assertThat(doubled).as("doubled").isZero();
  }

  @Override
  public void close() {
    told.set(true);
    shoppers.forEach(shopper -> shopper.thread.interrupt());
    channel.shutdownNow();
  }

  /** One of them; its orders belong to its thread until that has ended. */
  private final class Shopper {
    final String buyer;
    final Map<String, String> orders = new LinkedHashMap<>();
    final Thread thread;

    Shopper(int number) {
      buyer = "shopper " + number;
      thread = new Thread(this::shop, buyer);
    }

    void shop() {
      try {
        for (int number = 0; !told.get(); number++) {
          var key = "order " + number;
          var id = place(key);
          orders.put(key, id);
          acknowledged.incrementAndGet();
          if (number % 10 == 0 && !place(key).equals(id)) {
            throw new AssertionError("another order for " + key);
          }
        }
      } catch (RuntimeException | Error failure) {
        failures.add(failure);
      }
    }

    private String place(String key) {
      var request = OrderRequests.request(buyer, key).build();
      boolean again = false;
      while (true) {
        var asked = System.currentTimeMillis();
        try {
          var order = service().placeOrder(request).getOrder();
          if (again && order.getPlacedAtMillis() < asked) {
            storedUnanswered.incrementAndGet();
          }
          return order.getId();
        } catch (StatusRuntimeException failure) {
          if (!UNKNOWN_OUTCOME.contains(failure.getStatus().getCode())) {
            throw failure;
          }
          unanswered.incrementAndGet();
          again = true;
          channel.resetConnectBackoff();
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
      }
    }

    List<Order> listed() {
      var listed = new ArrayList<Order>();
      var token = "";
      do {
        var page = page(token);
        listed.addAll(page.getOrdersList());
        token = page.getNextPageToken();
      } while (!token.isEmpty());
      return listed;
    }

    /** Tries again, like a shopper: a service that was killed a moment ago may be slow. */
    private ListOrdersResponse page(String token) {
      var request =
          ListOrdersRequest.newBuilder()
              .setBuyerId(buyer)
              .setPageSize(100)
              .setPageToken(token)
              .build();
      for (int attempt = 1; ; attempt++) {
        try {
          return service().listOrders(request);
        } catch (StatusRuntimeException failure) {
          if (!UNKNOWN_OUTCOME.contains(failure.getStatus().getCode()) || attempt == 10) {
            throw failure;
          }
        }
      }
    }

    private OrderServiceBlockingStub service() {
      return OrderServiceGrpc.newBlockingStub(channel).withDeadlineAfter(2, TimeUnit.SECONDS);
    }
  }
}
