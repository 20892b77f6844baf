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

/** A complete shop, and marketplaces with failing backends, which start when first used. */
final class ShopVariants implements AutoCloseable {
  /** The backends that a marketplace has. */
  enum Backends {
    ALL,
    ALL_BUT_ORDERS,
    /** The orders service accepts calls and never responds. */
    ORDERS_HUNG,
    /** The service at the address of the catalogue does not implement it. */
    CATALOGUE_UNIMPLEMENTED,
    NONE
  }

  private final AllInOne complete;
  private final Map<Backends, ProcessUnderTest> marketplaces = new EnumMap<>(Backends.class);
  private final List<Server> hungServers = new ArrayList<>();

  private ShopVariants(AllInOne complete) {
    this.complete = complete;
  }

  /** Starts the complete shop, with its orders in the folder. */
  static ShopVariants start(Path folder) {
    return new ShopVariants(AllInOne.start(folder));
  }

  /** Returns the URL of the home page of the shop with these backends. */
  String home(Backends backends) {
    return backends == Backends.ALL
        ? complete.home()
        : "http://127.0.0.1:"
            + marketplaces.computeIfAbsent(backends, this::startMarketplace).port()
            + "/";
  }

  /** Places orders for a visitor, directly at the orders service. */
  void place(String visitor, int orders) {
    var channel =
        Grpc.newChannelBuilder(
                "127.0.0.1:" + complete.port("ORDERS_PORT"), InsecureChannelCredentials.create())
            .build();
    try {
      var service = OrderServiceGrpc.newBlockingStub(channel);
      for (int i = 0; i < orders; i++) {
        var request = OrderRequests.request(visitor, visitor + i).build();
        var unused = Polling.whileUnavailable(() -> service.placeOrder(request));
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private ProcessUnderTest startMarketplace(Backends backends) {
    var variables = new HashMap<>(complete.ports());
    // No service listens on these ports, except the new marketplace.
    var free = new HashMap<>(Processes.freePorts());
    if (backends != Backends.NONE) {
      free.keySet().retainAll(List.of("MARKETPLACE_PORT", "ORDERS_PORT"));
    }
    variables.putAll(free);
    if (backends == Backends.ORDERS_HUNG) {
      variables.put("ORDERS_PORT", String.valueOf(startHungOrders().getPort()));
    }
    if (backends == Backends.CATALOGUE_UNIMPLEMENTED) {
      variables.put("RECOMMENDATIONS_PORT", String.valueOf(complete.port("GREETER_PORT")));
    }
    return ProcessUnderTest.launch("marketplace", variables);
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
    hungServers.add(orders);
    try {
      return orders.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    marketplaces.values().forEach(ProcessUnderTest::close);
    hungServers.forEach(Server::shutdownNow);
    complete.close();
  }
}
