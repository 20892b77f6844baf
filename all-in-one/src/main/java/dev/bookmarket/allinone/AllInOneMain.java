package dev.bookmarket.allinone;

import dev.bookmarket.greeter.GreeterMain;
import dev.bookmarket.marketplace.MarketplaceMain;
import dev.bookmarket.orders.OrdersMain;
import dev.bookmarket.recommendations.RecommendationsMain;
import dev.bookmarket.runtime.ServiceProcess;
import dev.bookmarket.runtime.StartupException;
import dev.bookmarket.runtime.Stoppable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Starts all services, each on its own port of one address, and stops them together. */
public final class AllInOneMain {
  private AllInOneMain() {}

  /** Runs the shop until the process receives SIGTERM or SIGINT. */
  public static void main(String[] arguments) {
    ServiceProcess.run(
        "bookmarket",
        AllInOneConfig.defaults(),
        arguments,
        AllInOneConfig::from,
        AllInOneMain::start);
  }

  /**
   * Starts the services of the home page first. Orders, which the home page does not need, starts
   * while the marketplace warms up. Returns when all are ready.
   */
  static Stoppable start(AllInOneConfig config) {
    var startingRecommendations =
        CompletableFuture.supplyAsync(() -> RecommendationsMain.start(config.recommendations()));
    var startingGreeter = CompletableFuture.supplyAsync(() -> GreeterMain.start(config.greeter()));
    var marketplace = MarketplaceMain.open(config.marketplace());
    var recommendations = started(startingRecommendations);
    var greeter = started(startingGreeter);
    var startingOrders = CompletableFuture.supplyAsync(() -> OrdersMain.start(config.orders()));
    marketplace.warmUp();
    var orders = started(startingOrders);
    System.out.println("Bookmarket is open at " + marketplace.url());
    return new Services(List.of(marketplace, recommendations, orders, greeter));
  }

  /** All services, in the order in which they stop. */
  private record Services(List<Stoppable> servers) implements Stoppable {
    @Override
    public boolean isReady() {
      return servers.stream().allMatch(Stoppable::isReady);
    }

    @Override
    public void close() {
      servers.forEach(Stoppable::close);
    }
  }

  private static <S> S started(CompletableFuture<S> starting) {
    try {
      return starting.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StartupException failure ? failure : e;
    }
  }
}
