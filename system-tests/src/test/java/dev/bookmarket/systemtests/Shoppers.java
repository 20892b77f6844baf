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
 * Clients that place orders as fast as possible; each is a different buyer. After a failure, a
 * client retries with the same key until it succeeds. It records every acknowledged order.
 */
final class Shoppers implements AutoCloseable {
  /** The last one is the status of a call that a busy service rejects. */
  private static final Set<Status.Code> RETRIED =
      Set.of(
          Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED, Status.Code.RESOURCE_EXHAUSTED);

  private final ManagedChannel channel;
  private final List<Shopper> shoppers;
  private final AtomicBoolean stopped = new AtomicBoolean();
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

  /** Starts clients that call the service at that port. */
  static Shoppers start(int count, int port) {
    return new Shoppers(count, port);
  }

  int acknowledged() {
    return acknowledged.get();
  }

  /** Waits until that many more orders are acknowledged, which includes the start of a service. */
  void awaitMore(int more) {
    var expected = acknowledged() + more;
    Polling.within(
        Duration.ofMinutes(3), () -> assertThat(acknowledged()).isGreaterThanOrEqualTo(expected));
  }

  /** Stops each client after its last order is acknowledged. */
  void stop() {
    stopped.set(true);
    for (var shopper : shoppers) {
      try {
        shopper.thread.join(60_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
      assertThat(shopper.thread.isAlive()).as("still waiting for a response").isFalse();
    }
  }

  /** Asserts, after {@link #stop}, that exactly the acknowledged orders are stored, each once. */
  void assertEachOrderIsStoredOnce(String scenario, int crashes) {
    int lost = 0;
    int duplicates = 0;
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
        duplicates += Math.max(0, ids.size() - 1);
      }
      stored.keySet().removeAll(shopper.orders.keySet());
      assertThat(stored.keySet()).as("orders that were not acknowledged").isEmpty();
    }
    Report.printf(
        "%s: orders placed %d, crashes survived %d, lost %d, duplicated %d;"
            + " unanswered %d, of which %d were stored%n",
        scenario,
        acknowledged(),
        crashes,
        lost,
        duplicates,
        unanswered.get(),
        storedUnanswered.get());
    assertThat(failures).isEmpty();
    assertThat(lost).as("lost").isZero();
    assertThat(duplicates).as("duplicates").isZero();
  }

  @Override
  public void close() {
    stopped.set(true);
    shoppers.forEach(shopper -> shopper.thread.interrupt());
    channel.shutdownNow();
  }

  /** One client. Other threads may read its orders only after its thread has stopped. */
  private final class Shopper {
    final String buyer;
    final Map<String, String> orders = new LinkedHashMap<>();
    final Thread thread;

    Shopper(int number) {
      buyer = "shopper " + number;
      thread = new Thread(this::placeOrders, buyer);
    }

    void placeOrders() {
      try {
        for (int number = 0; !stopped.get(); number++) {
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
      boolean retry = false;
      while (true) {
        var requestedAt = System.currentTimeMillis();
        try {
          var order = service().placeOrder(request).getOrder();
          if (retry && order.getPlacedAtMillis() < requestedAt) {
            storedUnanswered.incrementAndGet();
          }
          return order.getId();
        } catch (StatusRuntimeException failure) {
          if (!RETRIED.contains(failure.getStatus().getCode())) {
            throw failure;
          }
          unanswered.incrementAndGet();
          retry = true;
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

    /** Retries, since a service that has just been restarted may be slow. */
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
          if (!RETRIED.contains(failure.getStatus().getCode()) || attempt == 10) {
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
