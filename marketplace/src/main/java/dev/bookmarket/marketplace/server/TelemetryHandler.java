package dev.bookmarket.marketplace.server;

import com.google.common.util.concurrent.RateLimiter;
import dev.bookmarket.runtime.telemetry.Telemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.HttpAttributes;
import io.opentelemetry.semconv.UrlAttributes;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

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
  private static final String OTHER_METHOD = "_OTHER";
  private static final String SCHEME = "http";
  private static final TextMapGetter<HttpFields> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(HttpFields headers) {
          return headers.getFieldNamesCollection();
        }

        @Override
        public @Nullable String get(@Nullable HttpFields headers, String name) {
          return headers == null ? null : headers.get(name);
        }
      };

  private final int traceparentsPerSecond;
  private final RateLimiter traceparents;
  private final Tracer tracer = Telemetry.tracer();
  private final DoubleHistogram durations =
      Telemetry.durations("http.server.request.duration", "Duration of HTTP server requests.");
  private final Map<Result, Attributes> results = new ConcurrentHashMap<>();

  /**
   * Creates a handler.
   *
   * @param traceparentsPerSecond how many requests per second may continue a trace from outside
   */
  TelemetryHandler(int traceparentsPerSecond) {
    this.traceparentsPerSecond = traceparentsPerSecond;
    traceparents = RateLimiter.create(Math.max(1, traceparentsPerSecond));
  }

  /** Sets the route of a request, of which there is a bounded number. */
  static void setRoute(io.javalin.http.Context ctx) {
    var endpoint = ctx.endpoints().matchedHttpEndpoint();
    if (endpoint != null && ctx.attribute(Exchange.class.getName()) instanceof Exchange exchange) {
      exchange.route = endpoint.path;
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (AdmissionHandler.isHealthCheck(request)) {
      return super.handle(request, response, callback);
    }
    var method = METHODS.contains(request.getMethod()) ? request.getMethod() : OTHER_METHOD;
    var parent = parentOf(request);
    var span =
        tracer.spanBuilder(method).setSpanKind(SpanKind.SERVER).setParent(parent).startSpan();
    var context = parent.with(span);
    var exchange = new Exchange(method, response, callback, span, context);
    request.setAttribute(Exchange.class.getName(), exchange);
    try (var scope = context.makeCurrent()) {
      return super.handle(request, response, exchange);
    }
  }

  private Context parentOf(Request request) {
    var headers = request.getHeaders();
    var outside =
        Span.fromContext(
                W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HEADERS))
            .getSpanContext();
    if (!outside.isValid() || traceparentsPerSecond == 0 || !traceparents.tryAcquire()) {
      return Context.root();
    }
    var parent =
        SpanContext.createFromRemoteParent(
            outside.getTraceId(),
            outside.getSpanId(),
            outside.getTraceFlags(),
            TraceState.getDefault());
    return Context.root().with(Span.wrap(parent));
  }

  private record Result(String method, String route, int status, String error) {
    Attributes toAttributes() {
      var attributes =
          Attributes.builder()
              .put(HttpAttributes.HTTP_REQUEST_METHOD, method)
              .put(UrlAttributes.URL_SCHEME, SCHEME);
      if (!route.isEmpty()) {
        attributes.put(HttpAttributes.HTTP_ROUTE, route);
      }
      if (status != 0) {
        attributes.put(HttpAttributes.HTTP_RESPONSE_STATUS_CODE, status);
      }
      if (!error.isEmpty()) {
        attributes.put(ErrorAttributes.ERROR_TYPE, error);
      }
      return attributes.build();
    }
  }

  /** A request, and the callback that the handlers call when its response is complete. */
  private final class Exchange implements Callback {
    private final long start = System.nanoTime();
    private final String method;
    private final Response response;
    private final Callback callback;
    private final Span span;
    private final Context context;
    private volatile String route = ""; // empty if no route matches

    Exchange(String method, Response response, Callback callback, Span span, Context context) {
      this.method = method;
      this.response = response;
      this.callback = callback;
      this.span = span;
      this.context = context;
    }

    @Override
    public void succeeded() {
      var set = response.getStatus();
      var status = set == 0 ? HttpStatus.OK_200 : set;
      end(status, status >= 500 ? String.valueOf(status) : "");
      callback.succeeded();
    }

    @Override
    public void failed(Throwable failure) {
      end(0, failure.getClass().getName());
      callback.failed(failure);
    }

    @Override
    public InvocationType getInvocationType() {
      return callback.getInvocationType();
    }

    private void end(int status, String error) {
      var attributes =
          results.computeIfAbsent(new Result(method, route, status, error), Result::toAttributes);
      durations.record((System.nanoTime() - start) / 1e9, attributes, context);
      if (span.isRecording()) {
        span.setAllAttributes(attributes);
        span.setAttribute(UrlAttributes.URL_PATH, route.isEmpty() ? "REDACTED" : route);
        if (!route.isEmpty()) {
          span.updateName(method + " " + route);
        }
        if (!error.isEmpty()) {
          span.setStatus(StatusCode.ERROR);
        }
      }
      span.end();
    }
  }
}
