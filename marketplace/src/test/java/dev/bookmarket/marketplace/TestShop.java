package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.server.WebServer;
import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.client.Backend;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A marketplace in this process with scripted backends, on free ports of the loopback. As a static
 * extension of a test class, it is reset before each test and stopped after the last one.
 */
public final class TestShop implements BeforeEachCallback, AfterAllCallback, AutoCloseable {
  private final ScriptedBackend catalogue;
  private final ScriptedGreeter greeter;
  private final WebServer marketplace;
  private ScriptedOrders orders;

  private TestShop(Map<String, String> more) {
    catalogue = ScriptedBackend.start();
    orders = ScriptedOrders.start();
    greeter = ScriptedGreeter.start();
    var variables = variables(catalogue.port(), orders.port(), greeter.port());
    variables.putAll(more);
    marketplace = MarketplaceMain.start(MarketplaceConfig.from(Environment.of(variables)));
  }

  /** Starts the backends and the marketplace; returns when it is ready. */
  public static TestShop start() {
    return start(Map.of());
  }

  /** Like {@link #start()}, with additional variables of the marketplace. */
  public static TestShop start(Map<String, String> more) {
    return new TestShop(more);
  }

  /** Connects to a service with the service config of the marketplace. */
  public static Backend connect(int port) {
    return Backend.connect("127.0.0.1", port, Clients.SERVICE_CONFIG);
  }

  /** Returns the configuration of a marketplace with backends on these ports of this machine. */
  public static MarketplaceConfig config(int cataloguePort, int ordersPort, int greeterPort) {
    return MarketplaceConfig.from(
        Environment.of(variables(cataloguePort, ordersPort, greeterPort)));
  }

  private static Map<String, String> variables(int cataloguePort, int ordersPort, int greeterPort) {
    return new HashMap<>(
        Map.of(
            "MARKETPLACE_PORT", "0",
            "DRAIN_MS", "0",
            "RECOMMENDATIONS_HOST", "127.0.0.1",
            "RECOMMENDATIONS_PORT", String.valueOf(cataloguePort),
            "ORDERS_HOST", "127.0.0.1",
            "ORDERS_PORT", String.valueOf(ordersPort),
            "GREETER_HOST", "127.0.0.1",
            "GREETER_PORT", String.valueOf(greeterPort)));
  }

  /** Returns the HTTP port of the marketplace. */
  public int port() {
    return marketplace.port();
  }

  /** Returns the backend for the catalogue and the recommendations. */
  public ScriptedBackend catalogue() {
    return catalogue;
  }

  /** Returns the backend for orders. */
  public ScriptedOrders orders() {
    return orders;
  }

  /** Returns the backend for greetings. */
  public ScriptedGreeter greeter() {
    return greeter;
  }

  /** Returns a new visitor without cookies. */
  public Shopper shopper() {
    return new Shopper(port());
  }

  /** Makes all backends work again, with the first books at the first prices and no orders. */
  public void reset() {
    catalogue.work();
    catalogue.restock();
    orders.reset();
    greeter.work();
  }

  /** Stops the orders service. */
  public void stopOrders() {
    orders.close();
  }

  /** Starts another orders service without orders, on the same port. */
  public void restartOrders() {
    orders = ScriptedOrders.start(orders.port());
  }

  /** Asserts that the response is a page of the shop with this status. */
  public static void assertShopsPage(RawHttp.Response response, int status) {
    assertThat(response.status()).as(response.body()).isEqualTo(status);
    assertThat(response.header("Content-Type")).matches("(?i)text/html; ?charset=utf-8");
    assertThat(response.page().select("header").text()).startsWith("Bookmarket");
    assertThat(response.page().select("h1")).hasSize(1);
    assertThat(response.body())
        .doesNotContainIgnoringCase("jetty", "javalin", "exception", "\tat ");
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    reset();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  @Override
  public void close() {
    marketplace.close();
    catalogue.close();
    orders.close();
    greeter.close();
  }
}
