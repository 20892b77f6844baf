package dev.bookmarket.runtime.server;

import com.google.common.collect.Sets;
import dev.bookmarket.runtime.telemetry.GrpcContextStorage;
import dev.bookmarket.runtime.telemetry.Operations;
import dev.bookmarket.runtime.telemetry.RpcAttributes;
import dev.bookmarket.runtime.telemetry.Telemetry;
import dev.bookmarket.runtime.trace.SpanCollector;
import dev.bookmarket.runtime.trace.TraceHeaders;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Traces and measures each call from its arrival to its end, including its wait for a thread and
 * rejected calls. Its span is current in the interceptors and in the handler. Safe for concurrent
 * use.
 */
final class TelemetryTracer extends ServerStreamTracer.Factory {
  /** Replaces the names of unknown methods: callers could send any number of them. */
  private static final String OTHER = "_OTHER";

  private static final Set<Code> ERRORS =
      Sets.immutableEnumSet(
          Code.UNKNOWN,
          Code.DEADLINE_EXCEEDED,
          Code.UNIMPLEMENTED,
          Code.INTERNAL,
          Code.UNAVAILABLE,
          Code.DATA_LOSS);

  private final Set<String> methods;
  private final Operations calls =
      new Operations(SpanKind.SERVER, "rpc.server.call.duration", "Duration of received calls.");

  /** Creates the tracer of a server with these services. */
  TelemetryTracer(List<? extends BindableService> services) {
    methods =
        services.stream()
            .flatMap(service -> service.bindService().getMethods().stream())
            .map(method -> method.getMethodDescriptor().getFullMethodName())
            .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    if (RpcAttributes.isIgnored(method)) {
      return new ServerStreamTracer() {};
    }
    var name = methods.contains(method) ? method : OTHER;
    var parent =
        Telemetry.extract(
            header -> headers.get(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER)));
    var context = TraceHeaders.isRequested(headers) ? SpanCollector.collectingIn(parent) : parent;
    var call = calls.start(context, name);
    return new ServerStreamTracer() {
      @Override
      public Context filterContext(Context context) {
        return GrpcContextStorage.with(context, call.context());
      }

      @Override
      public void streamClosed(Status status) {
        var code = status.getCode();
        call.end(RpcAttributes.of(Attributes.empty(), name, code, ERRORS.contains(code)));
      }
    };
  }
}
