package dev.bookmarket.runtime.client;

import dev.bookmarket.runtime.ReplicaName;
import dev.bookmarket.runtime.telemetry.Operations;
import dev.bookmarket.runtime.telemetry.RpcAttributes;
import dev.bookmarket.runtime.telemetry.Telemetry;
import dev.bookmarket.runtime.trace.SpanCollector;
import dev.bookmarket.runtime.trace.TraceHeaders;
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
import io.grpc.Status.Code;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.semconv.NetworkAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Traces and measures each call of a channel. A call has a span; each attempt of it (the first one,
 * the retries by gRPC and those by {@link LostConnectionInterceptor}) has a child span, which is
 * the parent of the server's span. Safe for concurrent use.
 */
final class TelemetryInterceptor implements ClientInterceptor {
  private final Attributes server;
  private final Operations calls =
      new Operations(
          SpanKind.CLIENT, "rpc.client.call.duration", "Duration of calls with retries.");

  private final LongCounter attempts =
      Telemetry.counter(
          "bookmarket.rpc.client.attempts", "{attempt}", "Attempts of calls, including the first.");
  private final LongCounter retries =
      Telemetry.counter(
          "bookmarket.rpc.client.retries", "{attempt}", "Attempts of calls, without the first.");

  /** Creates an interceptor for the calls to a service. */
  TelemetryInterceptor(String host, int port) {
    server =
        Attributes.of(
            ServerAttributes.SERVER_ADDRESS, host, ServerAttributes.SERVER_PORT, (long) port);
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    var name = method.getFullMethodName();
    if (RpcAttributes.isIgnored(name)) {
      return next.newCall(method, options);
    }
    var attempts = new Attempts(name);
    return new SimpleForwardingClientCall<>(
        next.newCall(method, options.withStreamTracerFactory(attempts))) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        var call = calls.start(Context.current(), name);
        attempts.context = call.context();
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                call.end(attributesOf(name, status.getCode()));
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }

  private Attributes attributesOf(String method, Code code) {
    return RpcAttributes.of(server, method, code, code != Code.OK);
  }

  /** Traces the attempts of one call. */
  private final class Attempts extends ClientStreamTracer.Factory {
    private final String method;
    private final AtomicInteger count = new AtomicInteger();
    private volatile Context context = Context.root();

    Attempts(String method) {
      this.method = method;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      var attempt = calls.start(context, method);
      var number = count.incrementAndGet();
      if (number > 1 && attempt.isMeasured()) {
        retries.add(1, Attributes.of(AttributeKey.stringKey("rpc.method"), method), context);
      }
      attempt.span().setAttribute(SpanCollector.ATTEMPT, number);
      attempt.span().setAttribute("bookmarket.rpc.transparent_retry", info.isTransparentRetry());
      var deadline = info.getCallOptions().getDeadline();
      if (deadline != null) {
        var micros = deadline.timeRemaining(TimeUnit.MICROSECONDS);
        attempt.span().setAttribute(SpanCollector.TIME_LIMIT, micros);
      }
      Telemetry.inject(attempt.context(), (name, value) -> setHeader(headers, name, value));
      var spans = SpanCollector.of(context);
      spans.ifPresent(collector -> TraceHeaders.request(headers));
      return new ClientStreamTracer() {
        @Override
        public void streamCreated(io.grpc.Attributes transport, Metadata headers) {
          if (transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress replica) {
            var address = replica.getAddress().getHostAddress();
            attempt.span().setAttribute(NetworkAttributes.NETWORK_PEER_ADDRESS, address);
            attempt.span().setAttribute(NetworkAttributes.NETWORK_PEER_PORT, replica.getPort());
          }
        }

        @Override
        public void inboundHeaders(Metadata headers) {
          receive(headers);
        }

        @Override
        public void inboundTrailers(Metadata trailers) {
          receive(trailers);
        }

        private void receive(Metadata response) {
          if (attempt.span().isRecording()) {
            attempt.span().setAttribute(SpanCollector.REPLICA, response.get(ReplicaName.HEADER));
          }
          var id = attempt.span().getSpanContext();
          spans.ifPresent(collector -> collector.receive(id, TraceHeaders.read(response)));
        }

        @Override
        public void streamClosed(Status status) {
          var code = AttemptStatus.of(status, deadline);
          var attributes = attributesOf(method, code);
          if (attempt.isMeasured()) {
            attempts.add(1, attributes, context);
          }
          attempt.endSpan(attributes);
        }
      };
    }
  }

  private static void setHeader(Metadata headers, String name, String value) {
    var key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    headers.discardAll(key);
    headers.put(key, value);
  }
}
