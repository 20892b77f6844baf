package dev.bookmarket.marketplace;

import dev.bookmarket.marketplace.catalogue.CatalogueClient;
import dev.bookmarket.marketplace.greeting.GreeterClient;
import dev.bookmarket.marketplace.home.RecommendationsClient;
import dev.bookmarket.marketplace.jsonrpc.GatewayClient;
import dev.bookmarket.marketplace.orders.OrdersClient;
import dev.bookmarket.runtime.client.Backend;
import dev.bookmarket.runtime.client.ServiceConfig;
import dev.bookmarket.runtime.tls.Tls;
import java.util.List;

/** The clients of the services, and the connections that they use. Safe for concurrent use. */
record Clients(
    RecommendationsClient recommendations,
    CatalogueClient catalogue,
    OrdersClient orders,
    GreeterClient greeter,
    GatewayClient gateway,
    List<Backend> backends,
    Tls tls)
    implements AutoCloseable {
  static final ServiceConfig SERVICE_CONFIG =
      ServiceConfig.fromResource(Clients.class, "service-config.json");

  /** Creates the clients. Starts to connect to each service, but does not wait. */
  static Clients connect(MarketplaceConfig config) {
    var tls = Tls.open(config.tls());
    var recommendations = connect(config.recommendations(), tls);
    var orders = connect(config.orders(), tls);
    var greeter = connect(config.greeter(), tls);
    return new Clients(
        new RecommendationsClient(recommendations.channel()),
        new CatalogueClient(recommendations.channel()),
        new OrdersClient(orders.channel()),
        new GreeterClient(greeter.channel()),
        new GatewayClient(recommendations.channel(), orders.channel(), greeter.channel()),
        List.of(recommendations, orders, greeter),
        tls);
  }

  @Override
  public void close() {
    backends.forEach(Backend::close);
    tls.close();
  }

  private static Backend connect(BackendAddress address, Tls tls) {
    return Backend.connect(address.host(), address.port(), SERVICE_CONFIG, tls);
  }
}
