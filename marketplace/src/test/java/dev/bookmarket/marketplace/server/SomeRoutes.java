package dev.bookmarket.marketplace.server;

import dev.bookmarket.marketplace.web.ExceptionHandlers;
import dev.bookmarket.marketplace.web.Templates;
import dev.bookmarket.runtime.ListenAddress;
import io.javalin.config.RoutesConfig;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.eclipse.jetty.util.InetAddressPattern;

/** A web server with the routes of a test and the error pages of the shop. */
public final class SomeRoutes {
  /** The address of the only trusted proxy; clients of a test have another by default. */
  public static final String PROXY = "127.0.0.2";

  private SomeRoutes() {}

  /** Starts a server on a free loopback port; it stops without a drain. */
  public static WebServer serve(BiConsumer<RoutesConfig, Templates> routes) {
    var templates = new Templates(ctx -> 0, "");
    return new WebServer(
        ListenAddress.anyFreePort(),
        Duration.ZERO,
        List.of(InetAddressPattern.from(PROXY)),
        0,
        templates,
        config -> {
          routes.accept(config, templates);
          new ExceptionHandlers(templates).addTo(config);
        },
        () -> {});
  }
}
