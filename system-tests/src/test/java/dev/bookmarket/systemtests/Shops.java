package dev.bookmarket.systemtests;

import dev.bookmarket.orders.OrderRequests;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One shop that is whole, and others whose backends are down for as long as they are there. */
final class Shops implements AutoCloseable {
  /** Which backends are up. */
  enum Backends {
    ALL,
    ALL_BUT_ORDERS,
    NONE
  }

  private final Map<String, String> ports = Processes.freePorts();
  private final Map<Backends, ProcessUnderTest> processes = new EnumMap<>(Backends.class);
  private final Map<Backends, String> homes = new EnumMap<>(Backends.class);

  private Shops() {}

  /** Opens the whole shop, which keeps its orders in that folder. */
  static Shops open(Path folder) {
    var shops = new Shops();
    try {
      shops.openWhole(folder);
      return shops;
    } catch (AssertionError failure) {
      shops.close();
      throw failure;
    }
  }

  /** The address of the home page of the shop that has these; opens it where it is not open yet. */
  String home(Backends backends) {
    return homes.computeIfAbsent(backends, this::openBeside);
  }

  /** Places so many orders for a visitor, past the pages. */
  void place(String visitor, int orders) {
    var channel =
        Grpc.newChannelBuilder(
                "127.0.0.1:" + ports.get("ORDERS_PORT"), InsecureChannelCredentials.create())
            .build();
    try {
      for (int i = 0; i < orders; i++) {
        OrderServiceGrpc.newBlockingStub(channel)
            .placeOrder(OrderRequests.request(visitor, visitor + i).build());
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private void openWhole(Path folder) {
    var variables = new HashMap<>(ports);
    variables.put("ORDERS_DB", folder.resolve("orders.db").toString());
    var shop = ProcessUnderTest.launch("all-in-one", variables);
    processes.put(Backends.ALL, shop);
    var port = shop.awaitLog("Bookmarket is open at http://localhost:(\\d+)$").group(1);
    homes.put(Backends.ALL, "http://127.0.0.1:" + port + "/");
  }

  private String openBeside(Backends backends) {
    var variables = new HashMap<>(ports);
    // Nobody but the new shop listens on ports that were just found free.
    var free = new HashMap<>(Processes.freePorts());
    if (backends == Backends.ALL_BUT_ORDERS) {
      free.keySet().retainAll(List.of("MARKETPLACE_PORT", "ORDERS_PORT"));
    }
    variables.putAll(free);
    var shop = ProcessUnderTest.launch("marketplace", variables);
    processes.put(backends, shop);
    return "http://127.0.0.1:" + shop.port() + "/";
  }

  @Override
  public void close() {
    processes.values().forEach(ProcessUnderTest::close);
  }
}
