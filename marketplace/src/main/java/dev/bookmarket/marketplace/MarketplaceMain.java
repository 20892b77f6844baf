package dev.bookmarket.marketplace;

import dev.bookmarket.marketplace.basket.BasketCookie;
import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.greeting.GreeterClient;
import dev.bookmarket.marketplace.home.RecommendationsClient;
import dev.bookmarket.marketplace.jsonrpc.GatewayClient;
import dev.bookmarket.marketplace.orders.OrdersClient;
import dev.bookmarket.marketplace.web.Readiness;
import dev.bookmarket.marketplace.web.Templates;
import dev.bookmarket.marketplace.web.WebServer;
import dev.bookmarket.protobufs.catalogue.v1.Catalogue;
import dev.bookmarket.protobufs.grpcservice.GrpcServiceOuterClass;
import dev.bookmarket.protobufs.helloworld.Helloworld;
import dev.bookmarket.protobufs.order.OrderHandlerOuterClass;
import dev.bookmarket.protobufs.orders.v1.Orders;
import dev.bookmarket.protobufs.recommendations.RecommendationsOuterClass;
import dev.bookmarket.runtime.ServiceProcess;
import java.util.List;
import java.util.Map;

/** The web shop: the one place where its parts are put together. */
public final class MarketplaceMain {
  private MarketplaceMain() {}

  /** Runs the shop until it is told to stop. */
  public static void main(String[] arguments) {
    ServiceProcess.run("marketplace", arguments, MarketplaceConfig::from, MarketplaceMain::start);
  }

  /** Serves the shop; returns when it is ready. */
  public static Marketplace start(MarketplaceConfig config) {
    var marketplace = open(config);
    marketplace.warmUp();
    return marketplace;
  }

  /** Begins to listen; {@link Marketplace#warmUp} makes it ready. */
  public static Marketplace open(MarketplaceConfig config) {
    var backends = Backends.connect(config);
    try {
      return new Marketplace(serve(config, backends), backends);
    } catch (RuntimeException | Error e) {
      backends.close();
      throw e;
    }
  }

  private static WebServer serve(MarketplaceConfig config, Backends backends) {
    var readiness = new Readiness();
    var templates = new Templates(BasketCookie::items);
    return WebServer.start(
        config.listen(),
        config.drain(),
        readiness,
        templates,
        routes ->
            Routes.add(
                routes,
                new RecommendationsClient(backends.recommendations().channel()),
                new CatalogueClient(backends.recommendations().channel()),
                new OrdersClient(backends.orders().channel()),
                new GreeterClient(backends.greeter().channel()),
                gateway(backends),
                readiness,
                templates));
  }

  /** Which contracts each backend serves; the RPCs in them find their way to JSON-RPC. */
  private static GatewayClient gateway(Backends backends) {
    return new GatewayClient(
        Map.of(
            backends.recommendations().channel(),
            List.of(RecommendationsOuterClass.getDescriptor(), Catalogue.getDescriptor()),
            backends.orders().channel(),
            List.of(Orders.getDescriptor(), OrderHandlerOuterClass.getDescriptor()),
            backends.greeter().channel(),
            List.of(Helloworld.getDescriptor(), GrpcServiceOuterClass.getDescriptor())));
  }
}
