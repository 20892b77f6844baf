package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.telemetry.GrpcContextStorage;
import dev.bookmarket.runtime.telemetry.RpcTelemetry;
import dev.bookmarket.runtime.telemetry.Telemetry;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Traces and measures each call from its arrival to its end, including its wait for a thread and
 * rejected calls. Its span is current in the interceptors and in the handler. Safe for concurrent
 * use.
 */
final class TelemetryTracer extends ServerStreamTracer.Factory {
  /** Replaces the names of unknown methods: callers could send any number of them. */
  private static final String OTHER = "_OTHER";

  private static final TextMapGetter<Metadata> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Metadata headers) {
          return headers.keys();
        }

        @Override
        public @Nullable String get(@Nullable Metadata headers, String key) {
          return headers == null
              ? null
              : headers.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
        }
      };

  private final Set<String> methods;
  private final RpcTelemetry calls = RpcTelemetry.ofServer();
  private final TextMapPropagator propagator =
      Telemetry.get().getPropagators().getTextMapPropagator();

  /** Creates the tracer of a server with these methods, by their full names. */
  TelemetryTracer(Set<String> methods) {
    this.methods = methods;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    if (RpcTelemetry.isIgnored(method)) {
      return new ServerStreamTracer() {};
    }
    var parent = propagator.extract(io.opentelemetry.context.Context.root(), headers, HEADERS);
    var call = calls.start(parent, methods.contains(method) ? method : OTHER);
    return new ServerStreamTracer() {
      @Override
      public Context filterContext(Context context) {
        return GrpcContextStorage.with(context, call.context());
      }

      @Override
      public void streamClosed(Status status) {
        call.end(status.getCode());
      }
    };
  }
}
