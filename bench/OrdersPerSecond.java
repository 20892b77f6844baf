import dev.bookmarket.protobufs.orders.v1.OrderLine;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Places orders of two lines over one channel, by parallel clients that each send one order after another; see orders-per-second. */
public class OrdersPerSecond {
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    int clients = Integer.parseInt(arguments[1]);
    int seconds = Integer.parseInt(arguments[2]);
    var channel = Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create())
            .proxyDetector(address -> null)
            .build();
    measure(OrderServiceGrpc.newBlockingStub(channel), clients, seconds); // warms both JVMs up
    System.out.println(measure(OrderServiceGrpc.newBlockingStub(channel), clients, seconds));
    channel.shutdownNow();
  }

  private static String measure(OrderServiceGrpc.OrderServiceBlockingStub orders, int clients, int seconds)
      throws Exception {
    var threads = Executors.newFixedThreadPool(clients);
    var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    var tasks = new ArrayList<Callable<long[]>>();
    for (int i = 0; i < clients; i++) {
      tasks.add(() -> place(orders, until));
    }
    var micros = new ArrayList<long[]>();
    for (var done : threads.invokeAll(tasks)) {
      micros.add(done.get());
    }
    threads.shutdown();
    var all = micros.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    var acknowledged = Arrays.stream(all).filter(each -> each >= 0).toArray();
    return String.format(
            Locale.ROOT,
            "%2d clients: %5d orders/s, median %.1f ms, 99%% %.1f ms, %d not acknowledged",
            clients,
            acknowledged.length / seconds,
            acknowledged[acknowledged.length / 2] / 1000.0,
            acknowledged[acknowledged.length * 99 / 100] / 1000.0,
            all.length - acknowledged.length);
  }

  /** Returns the duration of each order in microseconds; -1 for one that was not acknowledged. */
  private static long[] place(OrderServiceGrpc.OrderServiceBlockingStub orders, long until) {
    var micros = new ArrayList<Long>();
    while (System.nanoTime() < until) {
      var order =
          PlaceOrderRequest.newBuilder()
              .setIdempotencyKey(UUID.randomUUID().toString())
              .setBuyerId("bench")
              .setName("Ada")
              .setPhone("12990")
              .setAddress("1 Main Street")
              .addLines(OrderLine.newBuilder().setBookId(1).setTitle("One").setQuantity(1).setUnitPriceCents(1099))
              .addLines(OrderLine.newBuilder().setBookId(2).setTitle("Two").setQuantity(2).setUnitPriceCents(999))
              .build();
      var begin = System.nanoTime();
      try {
        var unused = orders.withDeadlineAfter(2, TimeUnit.SECONDS).placeOrder(order);
        micros.add((System.nanoTime() - begin) / 1000);
      } catch (StatusRuntimeException e) {
        micros.add(-1L);
      }
    }
    return micros.stream().mapToLong(Long::longValue).toArray();
  }
}
