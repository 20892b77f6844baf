package dev.bookmarket.marketplace.server;

import com.google.common.util.concurrent.RateLimiter;
import dev.bookmarket.marketplace.web.Preferences;
import dev.bookmarket.runtime.telemetry.Operations;
import dev.bookmarket.runtime.telemetry.Telemetry;
import dev.bookmarket.runtime.trace.SpanCollector;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.HttpAttributes;
import io.opentelemetry.semconv.UrlAttributes;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Traces and measures each request except health checks, from the arrival of its body until its
 * response is complete, by OpenTelemetry's semantic conventions 1.44. Records nothing that a
 * visitor sent: the path is that of the route, such as {@code /books/{id}}, and there is neither a
 * query nor an address.
 *
 * <p>Continues the trace of a {@code traceparent} header, whose sampling flag counts, only for a
 * limited number of requests per second; others start a new trace. Ignores {@code tracestate} and
 * {@code baggage}.
 */
final class TelemetryHandler extends Handler.Wrapper {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  /** The responses to these requests are no pages, so they show no trace. */
  private static final Pattern WITHOUT_PAGE = Pattern.compile("/jsonrpc|/(assets|covers)/.*");

  private static final String ROUTE = TelemetryHandler.class.getName() + ".route";
  private static final String TRACEPARENT = "traceparent";

  private final Operations requests =
      new Operations(SpanKind.SERVER, "http.server.request.duration", "Duration of requests.");
  private final TrustedProxies proxies;
  private final int traceparentsPerSecond;
  private final RateLimiter traceparents;

  /**
   * Creates a handler.
   *
   * @param proxies report the scheme that the client uses
   * @param traceparentsPerSecond how many requests per second may continue a trace from outside
   */
  TelemetryHandler(TrustedProxies proxies, int traceparentsPerSecond) {
    this.proxies = proxies;
    this.traceparentsPerSecond = traceparentsPerSecond;
    traceparents = RateLimiter.create(Math.max(1, traceparentsPerSecond));
  }

  /** Sets the route of a request, of which there is a bounded number. */
  static void setRoute(io.javalin.http.Context ctx) {
    var endpoint = ctx.endpoints().matchedHttpEndpoint();
    if (endpoint != null && ctx.attribute(ROUTE) instanceof Route route) {
      route.path = endpoint.path;
      // Set the name now: the page trace shows it before the request ends.
      route.span.updateName(ctx.method() + " " + endpoint.path);
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (AdmissionHandler.isHealthCheck(request)) {
      return super.handle(request, response, callback);
    }
    var method = METHODS.contains(request.getMethod()) ? request.getMethod() : "_OTHER";
    var operation = requests.start(parentOf(request), method);
    var route = new Route(operation.span(), proxies.isOverHttps(request) ? "https" : "http");
    request.setAttribute(ROUTE, route);
    SpanCollector.of(operation.context())
        .ifPresent(spans -> request.setAttribute(SpanCollector.class.getName(), spans));
    var completed =
        new Callback.Nested(callback) {
          @Override
          public void succeeded() {
            var status = response.getStatus() == 0 ? HttpStatus.OK_200 : response.getStatus();
            end(operation, method, route, status, status < 500 ? "" : "" + status);
            super.succeeded();
          }

          @Override
          public void failed(Throwable failure) {
            end(operation, method, route, 0, failure.getClass().getName());
            super.failed(failure);
          }
        };
    try (var scope = operation.context().makeCurrent()) {
      return super.handle(request, response, completed);
    }
  }

  private Context parentOf(Request request) {
    var traceparent = request.getHeaders().get(TRACEPARENT);
    var parent =
        traceparent == null || traceparentsPerSecond == 0 || !traceparents.tryAcquire()
            ? Context.root()
            : Telemetry.extract(header -> header.equals(TRACEPARENT) ? traceparent : null);
    return Preferences.isTraceOn(request.getHeaders().getValuesList(HttpHeader.COOKIE))
            && !WITHOUT_PAGE.matcher(request.getHttpURI().getPath()).matches()
        ? SpanCollector.collectingIn(parent)
        : parent;
  }

  private static void end(
      Operations.Operation operation, String method, Route route, int status, String error) {
    var attributes =
        Attributes.builder()
            .put(HttpAttributes.HTTP_REQUEST_METHOD, method)
            .put(UrlAttributes.URL_SCHEME, route.scheme);
    var path = route.path;
    if (!path.isEmpty()) {
      attributes.put(HttpAttributes.HTTP_ROUTE, path);
    }
    if (status != 0) {
      attributes.put(HttpAttributes.HTTP_RESPONSE_STATUS_CODE, status);
    }
    if (!error.isEmpty()) {
      attributes.put(ErrorAttributes.ERROR_TYPE, error);
    }
    operation.span().setAttribute(UrlAttributes.URL_PATH, path.isEmpty() ? "REDACTED" : path);
    operation.end(attributes.build());
  }

  private static final class Route {
    private final Span span;
    private final String scheme;
    private volatile String path = ""; // empty if no route matches

    Route(Span span, String scheme) {
      this.span = span;
      this.scheme = scheme;
    }
  }
}
