package dev.bookmarket.runtime.client;

import dev.bookmarket.runtime.telemetry.RpcTelemetry;
import dev.bookmarket.runtime.telemetry.Telemetry;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.semconv.NetworkAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Traces and measures each call of a channel. A call has a span; each attempt of it (the first one,
 * the retries by gRPC and those by {@link LostConnectionInterceptor}) has a child span, which is
 * the parent of the server's span. Safe for concurrent use.
 */
final class TelemetryInterceptor implements ClientInterceptor {
  private final String host;
  private final long port;
  private final RpcTelemetry calls = RpcTelemetry.ofClient();
  private final TextMapPropagator propagator =
      Telemetry.get().getPropagators().getTextMapPropagator();

  /** Creates an interceptor for the calls to a service. */
  TelemetryInterceptor(String host, int port) {
    this.host = host;
    this.port = port;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    var name = method.getFullMethodName();
    if (RpcTelemetry.isIgnored(name)) {
      return next.newCall(method, options);
    }
    var attempts = new Attempts(name);
    return new SimpleForwardingClientCall<>(
        next.newCall(method, options.withStreamTracerFactory(attempts))) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        var call = calls.start(Context.current(), name);
        setServer(Span.fromContext(call.context()));
        attempts.call = call;
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                call.end(status.getCode());
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }

  private void setServer(Span span) {
    span.setAttribute(ServerAttributes.SERVER_ADDRESS, host);
    span.setAttribute(ServerAttributes.SERVER_PORT, port);
  }

  /** Traces the attempts of one call. */
  private final class Attempts extends ClientStreamTracer.Factory {
    private final String method;
    private final AtomicInteger count = new AtomicInteger();
    private volatile RpcTelemetry.@Nullable Call call;

    Attempts(String method) {
      this.method = method;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      var context = Objects.requireNonNull(call).context();
      var span = calls.startSpan(context, method);
      setServer(span);
      var number = count.incrementAndGet();
      span.setAttribute("bookmarket.rpc.attempt", number);
      if (info.isTransparentRetry()) {
        span.setAttribute("bookmarket.rpc.transparent_retry", true);
      }
      propagator.inject(context.with(span), headers, TelemetryInterceptor::setHeader);
      return new ClientStreamTracer() {
        @Override
        public void streamCreated(Attributes transport, Metadata headers) {
          if (transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress replica) {
            var address = replica.getAddress().getHostAddress();
            span.setAttribute(NetworkAttributes.NETWORK_PEER_ADDRESS, address);
            span.setAttribute(NetworkAttributes.NETWORK_PEER_PORT, (long) replica.getPort());
          }
        }

        @Override
        public void streamClosed(Status status) {
          var code = AttemptStatus.of(status, info.getCallOptions().getDeadline());
          calls.endAttempt(span, context, method, number, code);
        }
      };
    }
  }

  private static void setHeader(@Nullable Metadata headers, String name, String value) {
    var key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    Objects.requireNonNull(headers).discardAll(key);
    headers.put(key, value);
  }
}
