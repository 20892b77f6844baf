package dev.bookmarket.marketplace;

import dev.bookmarket.runtime.Environment;
import java.util.Map;

/** A shop in this process with both of its services behind it, for tests. */
public final class OpenShop implements AutoCloseable {
  private final ScriptedBackend catalogue;
  private final Marketplace marketplace;
  private ScriptedOrders orders;

  private OpenShop(ScriptedBackend catalogue, ScriptedOrders orders, Marketplace marketplace) {
    this.catalogue = catalogue;
    this.orders = orders;
    this.marketplace = marketplace;
  }

  /** One on free ports of the loopback. */
  public static OpenShop start() {
    var catalogue = ScriptedBackend.start();
    var orders = ScriptedOrders.start();
    var marketplace =
        MarketplaceMain.start(
            MarketplaceConfig.from(
                Environment.of(
                    Map.of(
                        "MARKETPLACE_PORT", "0",
                        "DRAIN_MS", "0",
                        "RECOMMENDATIONS_HOST", "127.0.0.1",
                        "RECOMMENDATIONS_PORT", String.valueOf(catalogue.port()),
                        "ORDERS_HOST", "127.0.0.1",
                        "ORDERS_PORT", String.valueOf(orders.port())))));
    return new OpenShop(catalogue, orders, marketplace);
  }

  /** The port of its pages. */
  public int port() {
    return marketplace.port();
  }

  /** Its catalogue and recommendations. */
  public ScriptedBackend catalogue() {
    return catalogue;
  }

  /** Its orders. */
  public ScriptedOrders orders() {
    return orders;
  }

  /** Somebody who was never here before. */
  public Shopper shopper() {
    return new Shopper(port());
  }

  /** Has everything work, with the first books at the first prices, and no orders. */
  public void beginAnew() {
    catalogue.work();
    catalogue.restock();
    orders.beginAnew();
  }

  /** Ends the orders service's process. */
  public void killOrders() {
    orders.close();
  }

  /** Starts another orders service, on the same port and without any orders. */
  public void restartOrders() {
    orders = ScriptedOrders.start(orders.port());
  }

  @Override
  public void close() {
    marketplace.close();
    catalogue.close();
    orders.close();
  }
}
