package dev.bookmarket.orders;

import dev.bookmarket.protobufs.orders.v1.GetOrderRequest;
import dev.bookmarket.protobufs.orders.v1.ListOrdersRequest;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.runtime.ServiceProcess;
import dev.bookmarket.runtime.server.GrpcServer;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.InstantSource;
import java.util.List;

/** The orders service: the one place where its parts are put together. */
public final class OrdersMain {
  private static final int WARM_UP_ROUNDS = 4;

  private OrdersMain() {}

  /** Runs the service until it is told to stop. */
  public static void main(String[] arguments) {
    ServiceProcess.run("orders", arguments, OrdersConfig::from, OrdersMain::start);
  }

  /**
   * Serves the orders; returns when the service is ready, or alive without its database, which it
   * then waits for.
   */
  public static GrpcServer start(OrdersConfig config) {
    var database = Database.open(config.database());
    return GrpcServer.start(config.server(), endpoints(database), OrdersMain::warmUp, database);
  }

  /** What the service answers, over that database. */
  static List<BindableService> endpoints(Database database) {
    var orders = new Orders(new OrderStore(database), InstantSource.system());
    return List.of(new OrderEndpoint(orders), new OrderHandlerEndpoint(orders));
  }

  /** Asks for what nobody has ordered: a warm-up stores nothing. */
  private static void warmUp(Channel channel) {
    var orders = OrderServiceGrpc.newBlockingStub(channel);
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      orders.listOrders(ListOrdersRequest.newBuilder().setBuyerId("warm-up").build());
      try {
        orders.getOrder(
            GetOrderRequest.newBuilder().setBuyerId("warm-up").setIdempotencyKey("none").build());
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
          throw e;
        }
      }
    }
  }
}
