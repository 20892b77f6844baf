package dev.bookmarket.orders;

import dev.bookmarket.runtime.ServiceProcess;
import dev.bookmarket.runtime.server.CallPolicy;
import dev.bookmarket.runtime.server.GrpcServer;
import io.grpc.BindableService;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Constructs and starts the orders service. */
public final class OrdersMain {
  /** OrderService does not verify the buyer and the prices, so only the shop itself may call it. */
  public static final CallPolicy CALLERS =
      new CallPolicy(Map.of("bookmarket.orders.v1.OrderService", Set.of("marketplace")));

  private OrdersMain() {}

  /** Runs the service until the process receives SIGTERM or SIGINT. */
  public static void main(String[] arguments) {
    ServiceProcess.run("orders", arguments, OrdersConfig::from, OrdersMain::start);
  }

  /**
   * Starts the service; returns when it is ready, or when it is alive but its database is not
   * available yet.
   */
  public static GrpcServer start(OrdersConfig config) {
    var database = Database.open(config.database());
    return GrpcServer.start(
        config.server(), endpoints(database), OrderEndpoint::warmUp, database, CALLERS);
  }

  /** Returns the endpoints of the service. */
  static List<BindableService> endpoints(Database database) {
    var orders = new Orders(new OrderStore(database), InstantSource.system());
    return List.of(new OrderEndpoint(orders), new OrderHandlerEndpoint(orders));
  }
}
