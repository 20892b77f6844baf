package dev.bookmarket.systemtests;

import dev.bookmarket.orders.OrderRequests;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** One shop that is whole, and others whose backends are down for as long as they are there. */
final class Shops implements AutoCloseable {
  /** Which backends are up. */
  enum Backends {
    ALL,
    ALL_BUT_ORDERS,
    NONE
  }

  private final int recommendationsPort = Ports.free();
  private final int ordersPort = Ports.free();
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
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", ordersPort, InsecureChannelCredentials.create())
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
    var variables = new HashMap<String, String>();
    variables.put("MARKETPLACE_PORT", "0");
    variables.put("RECOMMENDATIONS_PORT", String.valueOf(recommendationsPort));
    variables.put("ORDERS_PORT", String.valueOf(ordersPort));
    variables.put("GREETER_PORT", String.valueOf(Ports.free()));
    variables.put("ORDERS_DB", folder.resolve("orders.db").toString());
    var shop = ProcessUnderTest.launch("all-in-one", variables);
    processes.put(Backends.ALL, shop);
    var port = shop.awaitLog("Bookmarket is open at http://localhost:(\\d+)$").group(1);
    homes.put(Backends.ALL, "http://127.0.0.1:" + port + "/");
  }

  private String openBeside(Backends backends) {
    // Nobody listens on a port that was just found free.
    var down = String.valueOf(Ports.free());
    var recommendations = backends == Backends.NONE ? down : String.valueOf(recommendationsPort);
    var shop =
        ProcessUnderTest.launch(
            "marketplace",
            Map.of(
                "MARKETPLACE_PORT", "0",
                "RECOMMENDATIONS_PORT", recommendations,
                "ORDERS_PORT", down,
                "GREETER_PORT", down));
    processes.put(backends, shop);
    return "http://127.0.0.1:" + shop.port() + "/";
  }

  @Override
  public void close() {
    processes.values().forEach(ProcessUnderTest::close);
  }
}
