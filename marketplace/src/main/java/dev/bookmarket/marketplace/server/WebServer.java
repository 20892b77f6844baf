package dev.bookmarket.marketplace.server;

import dev.bookmarket.marketplace.web.ErrorPage;
import dev.bookmarket.marketplace.web.PageTrace;
import dev.bookmarket.marketplace.web.Preferences;
import dev.bookmarket.marketplace.web.Templates;
import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.Stoppable;
import dev.bookmarket.runtime.telemetry.Telemetry;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.compression.Gzip;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.util.JavalinException;
import io.opentelemetry.api.metrics.BatchCallback;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.InetAddressPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server of the shop: routes, static assets, readiness and graceful shutdown. */
public final class WebServer implements Stoppable {
  /** The state that {@code /readyz} reports. An outage of a service does not change it. */
  private enum State {
    STARTING,
    READY,
    STOPPING
  }

  private static final Logger log = LoggerFactory.getLogger(WebServer.class);

  /** How long requests in flight may take after the drain. */
  static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration WARM_UP_TIMEOUT = Duration.ofSeconds(30);

  private final ListenAddress listen;
  private final Duration drain;
  private final Runnable afterStop;
  private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);
  private final Javalin app;
  private final BatchCallback observation;
  private final int port;

  /**
   * Starts to listen; {@link #warmUp} makes the server ready.
   *
   * @param drain how long it continues to respond after {@code /readyz} reports the stop
   * @param trustedProxies the proxies whose {@code X-Forwarded-…} headers count
   * @param traceparentsPerSecond how many requests per second may continue a trace from outside
   * @param afterStop is run when the server has stopped
   * @throws dev.bookmarket.runtime.StartupException if it cannot listen at the address
   */
  public WebServer(
      ListenAddress listen,
      Duration drain,
      List<InetAddressPattern> trustedProxies,
      int traceparentsPerSecond,
      Templates templates,
      Consumer<RoutesConfig> routes,
      Runnable afterStop) {
    this.listen = listen;
    this.drain = drain;
    this.afterStop = afterStop;
    app =
        Javalin.create(
            config -> {
              configureJavalin(config);
              new JettyConfiguration(listen, trustedProxies, traceparentsPerSecond, templates)
                  .applyTo(config.jetty);
              config.routes.before(this::addHeaders);
              config.routes.before(RequestFilter::rejectUnreadableQuery);
              config.routes.before(RequestFilter::rejectEncodedPath);
              config.routes.before(SameOrigin::rejectOthers);
              config.router.javaLangErrorHandler(
                  (response, error) -> respondToError(templates, response, error));
              config.routes.beforeMatched(TelemetryHandler::setRoute);
              config.routes.after(PageTrace::passToNextPage);
              config.routes.get("/assets/{file}", templates.assets());
              config.routes.get("/readyz", this::reportReadiness);
              routes.accept(config.routes);
            });
    try {
      app.start();
    } catch (RuntimeException e) {
      throw listen.startFailure(e);
    }
    port = app.port();
    observation = app.jettyServer().server().getDescendant(AdmissionHandler.class).observe(port);
  }

  /** Returns the port; the one that the system chose if the configured port is 0. */
  public int port() {
    return port;
  }

  /** Returns the URL of the shop for a browser on this machine. */
  public String url() {
    return listen.url(port);
  }

  /** Makes the server ready when its pages are fast, at the latest after 30 s. */
  public void warmUp() {
    int renderings = 0;
    try (var unmeasured = Telemetry.warmUp()) {
      renderings = new WarmUp("http://" + listen.host() + ":" + port, WARM_UP_TIMEOUT).run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    state.compareAndSet(State.STARTING, State.READY);
    log.atInfo()
        .addKeyValue("port", port)
        .addKeyValue("renderings", renderings)
        .log("Serving HTTP");
  }

  @Override
  public boolean isReady() {
    return state.get() == State.READY;
  }

  /** Stops the server; a second call waits for the first. */
  @Override
  public synchronized void close() {
    if (state.getAndSet(State.STOPPING) == State.STOPPING) {
      return;
    }
    var interrupted = false;
    try {
      Thread.sleep(drain.toMillis());
      finishRequests();
    } catch (InterruptedException e) {
      interrupted = true; // Jetty cannot stop while the flag is set
    }
    try {
      app.stop();
    } catch (JavalinException e) {
      // Jetty's stop times out if a connection is accepted at the same time.
      log.atDebug()
          .addKeyValue("failure", e)
          .log("Jetty's stop timed out; idle connections were closed");
    }
    observation.close();
    afterStop.run();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Accepts no new connections and requests, and waits for the requests in flight. */
  private void finishRequests() throws InterruptedException {
    for (var connector : app.jettyServer().server().getConnectors()) {
      var unused = connector.shutdown();
    }
    var graceful = app.jettyServer().server().getDescendant(GracefulHandler.class);
    try {
      graceful.shutdown().get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.atWarn()
          .addKeyValue("after", STOP_TIMEOUT)
          .log("Aborting requests that exceed the stop timeout");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void configureJavalin(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.prefer405over404 = true;
    config.router.ignoreTrailingSlashes = false;
    // Only gzip: brotli and zstd need native code for every platform.
    var gzip = new CompressionStrategy(null, new Gzip());
    gzip.setExcludedMimeTypes(List.of()); // Javalin's list contains all images, also SVG
    config.http.compressionStrategy = gzip;
  }

  private void addHeaders(Context ctx) {
    ctx.header("Vary", "Accept-Encoding");
    if (state.get() == State.STOPPING) {
      ctx.header("Connection", "close"); // so that the client connects to another replica
    }
  }

  /** Responds with 200 if the process is ready, with 503 otherwise. */
  private void reportReadiness(Context ctx) {
    var current = state.get();
    ctx.status(current == State.READY ? 200 : 503).header("Cache-Control", "no-store");
    ctx.result((current + "\n").toLowerCase(Locale.ROOT));
  }

  /** Responds to an Error: the exception mapper of the routes handles only exceptions. */
  private static void respondToError(
      Templates templates, HttpServletResponse response, Error error) {
    var page = ErrorPage.unexpected(ErrorLog.log(log, "a route", error));
    response.setStatus(page.status());
    response.setContentType("text/html; charset=utf-8");
    try {
      response.getOutputStream().write(templates.html("error", page, Preferences.DEFAULT));
    } catch (IOException e) {
      log.atDebug().addKeyValue("failure", e).log("The client closed the connection");
    }
  }
}
