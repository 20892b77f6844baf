package dev.bookmarket.systemtests;

import dev.bookmarket.orders.OrderRequests;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderRequest;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One shop that is whole, and others whose backends fail for as long as they are there. */
final class Shops implements AutoCloseable {
  /** Which backends are up. */
  enum Backends {
    ALL,
    ALL_BUT_ORDERS,
    /** Orders takes what it is sent, and never answers. */
    ORDERS_HUNG,
    /** Where the catalogue should be is a service that knows nothing of books. */
    CATALOGUE_IS_NONE,
    NONE
  }

  private final Map<String, String> ports = Processes.freePorts();
  private final Map<Backends, ProcessUnderTest> processes = new EnumMap<>(Backends.class);
  private final Map<Backends, String> homes = new EnumMap<>(Backends.class);
  private final List<Server> hung = new ArrayList<>();

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
    if (backends != Backends.NONE) {
      free.keySet().retainAll(List.of("MARKETPLACE_PORT", "ORDERS_PORT"));
    }
    variables.putAll(free);
    if (backends == Backends.ORDERS_HUNG) {
      variables.put("ORDERS_PORT", String.valueOf(startHungOrders().getPort()));
    }
    if (backends == Backends.CATALOGUE_IS_NONE) {
      variables.put("RECOMMENDATIONS_PORT", ports.get("GREETER_PORT"));
    }
    var shop = ProcessUnderTest.launch("marketplace", variables);
    processes.put(backends, shop);
    return "http://127.0.0.1:" + shop.port() + "/";
  }

  private Server startHungOrders() {
    var orders =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(
                new OrderServiceGrpc.OrderServiceImplBase() {
                  @Override
                  public void placeOrder(
                      PlaceOrderRequest request, StreamObserver<PlaceOrderResponse> reply) {}
                })
            .build();
    hung.add(orders);
    try {
      return orders.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    processes.values().forEach(ProcessUnderTest::close);
    hung.forEach(Server::shutdownNow);
  }
}
