package dev.bookmarket.marketplace.server;

import dev.bookmarket.marketplace.web.Failures;
import dev.bookmarket.marketplace.web.Templates;
import dev.bookmarket.runtime.ListenAddress;
import io.javalin.config.RoutesConfig;
import java.time.Duration;
import java.util.function.BiConsumer;

/** A web server with the routes of a test, and the shop's pages for what fails in them. */
public final class SomeRoutes {
  private SomeRoutes() {}

  /** Serves them on a free port of the loopback; it stops without a drain. */
  public static WebServer serve(BiConsumer<RoutesConfig, Templates> routes) {
    var templates = new Templates();
    return WebServer.start(
        ListenAddress.anyFreePort(),
        Duration.ZERO,
        new Readiness(),
        templates,
        config -> {
          routes.accept(config, templates);
          new Failures(templates).addTo(config);
        });
  }
}
