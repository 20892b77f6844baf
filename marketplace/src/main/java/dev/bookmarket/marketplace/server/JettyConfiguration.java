package dev.bookmarket.marketplace.server;

import dev.bookmarket.marketplace.web.Templates;
import dev.bookmarket.runtime.ListenAddress;
import io.javalin.config.JettyConfig;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.InetAddressPattern;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The limits of Jetty, and the handlers through which each request passes before Javalin. */
record JettyConfiguration(
    ListenAddress listen,
    List<InetAddressPattern> trustedProxies,
    int traceparentsPerSecond,
    Templates templates) {
  /**
   * How long connections without a request stay open. Many proxies keep them for 60 s, and do not
   * repeat a form if the shop closes its connection at the same moment.
   */
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(75);

  /** How long they stay open after the drain. */
  private static final Duration IDLE_TIMEOUT_AT_STOP = Duration.ofMillis(400);

  /** The longest time in which a body must arrive. */
  private static final Duration BODY_TIMEOUT = Duration.ofSeconds(10);

  /** Leaves enough threads for what is not limited, even if each admitted request blocked one. */
  private static final int MAX_THREADS = AdmissionHandler.MAX_IN_FLIGHT + 18;

  /** Bounds the memory of connections. */
  private static final int MAX_CONNECTIONS = 2_000;

  /** New connections that the system accepts at once. A client repeats others after a second. */
  private static final int MAX_NEW_CONNECTIONS = 1_024;

  /** The longest time in which a header must arrive. */
  private static final Duration HEADER_TIMEOUT = Duration.ofSeconds(10);

  /** Adds the configuration to Javalin's. */
  void applyTo(JettyConfig jetty) {
    var proxies = new TrustedProxies(trustedProxies);
    var safetyHeaders = new SafetyHeaders(proxies);
    var errors = new JettyErrors(templates, safetyHeaders);
    var connections = new ConnectionLimit(MAX_CONNECTIONS, HEADER_TIMEOUT);
    jetty.threadPool = new QueuedThreadPool(MAX_THREADS);
    jetty.addConnector(
        (server, http) -> {
          // A cache needs 100 KB for each connection: 600 of them would fill the heap of the image.
          http.setHeaderCacheSize(0);
          var connector = new ServerConnector(server, new HttpConnectionFactory(http));
          connector.setHost(listen.address().getHostAddress());
          connector.setPort(listen.port());
          connector.setAcceptQueueSize(MAX_NEW_CONNECTIONS);
          connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
          connector.addEventListener(connections);
          return connector;
        });
    jetty.modifyServer(
        server -> {
          server.setStopTimeout(IDLE_TIMEOUT_AT_STOP.toMillis());
          var memoryBudget = new RequestMemoryBudget(Runtime.getRuntime().maxMemory() / 4);
          // From the last to the first: a request waits for its body before it is admitted, and
          // the response of an admitted one is complete before the client reads it.
          server.insertHandler(new CallLogHandler());
          server.insertHandler(new RequestFilter(proxies));
          server.insertHandler(safetyHeaders);
          server.insertHandler(new AdmissionHandler(proxies, errors, memoryBudget));
          server.insertHandler(new TelemetryHandler(proxies, traceparentsPerSecond));
          server.insertHandler(new BodyLoader(memoryBudget, BODY_TIMEOUT));
          server.insertHandler(new ResponseBuffer(memoryBudget));
          var graceful = new GracefulHandler();
          graceful.setShutdownIdleTimeout(IDLE_TIMEOUT_AT_STOP.toMillis() / 2);
          server.insertHandler(graceful);
          server.insertHandler(connections);
          server.setErrorHandler(errors);
        });
    jetty.modifyServletContextHandler(
        context -> {
          context.setErrorHandler(errors);
          // The shop has no sessions, and their cookie parser rejects a tab with 400.
          context.getSessionHandler().setUsingCookies(false);
        });
  }
}
