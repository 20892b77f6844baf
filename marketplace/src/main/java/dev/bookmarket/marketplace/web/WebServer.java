package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.LocalizedRejectionException;
import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.Stoppable;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.compression.Gzip;
import io.javalin.config.RoutesConfig;
import io.javalin.util.JavalinException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server of the shop: routes, static assets, readiness, orderly stop. */
public final class WebServer implements Stoppable {
  private static final Logger log = LoggerFactory.getLogger(WebServer.class);

  /** The bound on finishing what has begun. */
  private static final Duration FINISH = Duration.ofSeconds(10);

  /** After the drain, a connection without a request is not worth waiting for. */
  private static final Duration IDLE_AT_STOP = Duration.ofMillis(400);

  private static final Duration WARM = Duration.ofMillis(100);
  private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(10);

  private final Javalin app;
  private final int port;
  private final ListenAddress listen;
  private final Readiness readiness;
  private final Duration drain;
  private final GracefulHandler graceful;
  private final Duration finish;
  private boolean stopped;

  private WebServer(
      Javalin app,
      ListenAddress listen,
      Readiness readiness,
      Duration drain,
      GracefulHandler graceful,
      Duration finish) {
    this.app = app;
    this.port = app.port();
    this.listen = listen;
    this.readiness = readiness;
    this.drain = drain;
    this.graceful = graceful;
    this.finish = finish;
  }

  /**
   * Starts to listen; {@link #warmUp} makes it ready.
   *
   * @param drain how long it goes on answering after it has said that it is going
   * @throws dev.bookmarket.runtime.StartupException if it cannot listen there
   */
  public static WebServer start(
      ListenAddress listen,
      Duration drain,
      Readiness readiness,
      Templates templates,
      Consumer<RoutesConfig> routes) {
    return start(listen, drain, FINISH, readiness, templates, routes);
  }

  /** The same with another bound on finishing what has begun. */
  static WebServer start(
      ListenAddress listen,
      Duration drain,
      Duration finish,
      Readiness readiness,
      Templates templates,
      Consumer<RoutesConfig> routes) {
    var graceful = new GracefulHandler();
    graceful.setShutdownIdleTimeout(IDLE_AT_STOP.toMillis() / 2);
    var app =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.startup.startupWatcherEnabled = false;
              config.http.prefer405over404 = true;
              config.router.ignoreTrailingSlashes = false;
              config.http.compressionStrategy = gzip();
              config.jetty.modifyServer(
                  server -> {
                    server.setStopTimeout(IDLE_AT_STOP.toMillis());
                    server.insertHandler(graceful);
                    server.insertHandler(new CallLogHandler());
                    server.insertHandler(new RequestFilter());
                    server.insertHandler(new SafetyHeaders());
                    server.setErrorHandler(new JettyErrors(templates));
                  });
              config.jetty.modifyServletContextHandler(
                  context -> {
                    context.setErrorHandler(new JettyErrors(templates));
                    // Sessions are not used; their cookie parser would answer 400 to a tab.
                    context.getSessionHandler().setUsingCookies(false);
                  });
              config.routes.before(
                  request -> {
                    // A client that keeps its connection would stay with a replica that is going.
                    if (readiness.isStopping()) {
                      request.header("Connection", "close");
                    }
                  });
              config.routes.before(request -> request.header("Vary", "Accept-Encoding"));
              config.routes.before(request -> refuseUnreadable(request.queryString()));
              config.routes.before(RequestFilter::rejectEncodedPaths);
              config.routes.before(SameOrigin::refuseOthers);
              config.router.javaLangErrorHandler(
                  (response, error) -> answerError(templates, response, error));
              templates.assets().serveIn(config.routes);
              routes.accept(config.routes);
            });
    try {
      app.start(listen.address().getHostAddress(), listen.port());
    } catch (RuntimeException e) {
      throw listen.startFailure(e);
    }
    return new WebServer(app, listen, readiness, drain, graceful, finish);
  }

  /** The port it listens on; the chosen one where the configured one was 0. */
  public int port() {
    return port;
  }

  /** Returns the URL of the shop for a person on this machine. */
  public String url() {
    return listen.url(port);
  }

  /**
   * Renders the page at that path to itself until a rendering takes less than 100 ms, for 10 s at
   * most, and is ready then: a cold JVM would keep its first visitors waiting, and miss the
   * deadlines of its calls.
   */
  public void warmUp(String path) {
    var until = System.nanoTime() + WARM_UP_LIMIT.toNanos();
    int renderings = 0;
    boolean warm;
    do {
      var begin = System.nanoTime();
      warm = render(path) && System.nanoTime() - begin < WARM.toNanos();
      renderings++;
    } while (!warm && System.nanoTime() < until);
    readiness.ready();
    log.atInfo()
        .addKeyValue("port", port())
        .addKeyValue("renderings", renderings)
        .log("Serving HTTP");
  }

  /** A second caller waits until the first has stopped it. */
  @Override
  public synchronized void close() {
    if (stopped) {
      return;
    }
    stopped = true;
    readiness.stopping();
    var interrupted = false;
    try {
      Thread.sleep(drain.toMillis());
      finishRequests();
    } catch (InterruptedException e) {
      interrupted = true; // Jetty could not stop with this set
    }
    try {
      app.stop();
    } catch (JavalinException e) {
      // Jetty waits in vain for a connection that was accepted in the moment of the stop.
      log.atDebug().addKeyValue("failure", e).log("Connections without a request were cut");
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes no new connection and no new request, and waits for those that have begun. */
  private void finishRequests() throws InterruptedException {
    for (var connector : app.jettyServer().server().getConnectors()) {
      var unused = connector.shutdown();
    }
    try {
      graceful.shutdown().get(finish.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.atWarn().addKeyValue("after", finish).log("Requests that took too long were cut");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * All that we answer is text, and worth compressing from the size of a packet up. By gzip alone:
   * brotli and zstd would need native code, for every platform that the shop may run on.
   */
  private static CompressionStrategy gzip() {
    var strategy = new CompressionStrategy(null, new Gzip());
    strategy.setExcludedMimeTypes(List.of()); // Javalin's list has all images, SVG too
    return strategy;
  }

  /** The routes' mapper of failures takes exceptions only. */
  private static void answerError(Templates templates, HttpServletResponse response, Error error) {
    var page = ErrorPage.fault(ErrorLog.log(log, "a route", error));
    response.setStatus(page.status());
    response.setContentType("text/html; charset=utf-8");
    try {
      response
          .getOutputStream()
          .write(templates.html("error", page).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      log.atDebug().addKeyValue("failure", e).log("The visitor is gone");
    }
  }

  /** Javalin would fail at invalid percent-encoding, and replace bytes that are not UTF-8. */
  private static void refuseUnreadable(@Nullable String query) {
    if (query != null) {
      // Some clients send UTF-8 without percent-encoding. Jetty has decoded it, with U+FFFD for
      // bytes that are not UTF-8.
      if (query.indexOf('\ufffd') >= 0) {
        throw LocalizedRejectionException.invalid("error.invalid.address");
      }
      var bytes = query.getBytes(StandardCharsets.UTF_8);
      Form.decoded(new String(bytes, StandardCharsets.ISO_8859_1), "error.invalid.address");
    }
  }

  private boolean render(String path) {
    try {
      var page = URI.create("http://" + listen.host() + ":" + port() + path).toURL();
      var connection = (HttpURLConnection) page.openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout((int) WARM_UP_LIMIT.toMillis());
      connection.setReadTimeout((int) WARM_UP_LIMIT.toMillis());
      try (var body = connection.getInputStream()) {
        body.readAllBytes();
      }
      return true;
    } catch (IOException e) {
      log.atWarn().addKeyValue("path", path).addKeyValue("failure", e).log("Warm-up failed");
      return false;
    }
  }
}
