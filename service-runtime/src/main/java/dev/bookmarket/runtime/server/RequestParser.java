package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.ErrorLog;
import io.grpc.BindableService;
import io.grpc.Codec;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rejects a request that cannot be parsed as INVALID_ARGUMENT, and logs it as an error of the
 * caller. Without it, gRPC would parse before it calls any interceptor, report UNKNOWN to the
 * caller, and log an error. gRPC itself rejects unknown and undeclared compressions, as
 * UNIMPLEMENTED or INTERNAL.
 */
final class RequestParser implements ServerInterceptor {
  /**
   * The allowed compressions of a request. gRPC's own gzip decompressor would report UNKNOWN for an
   * invalid header.
   */
  static final DecompressorRegistry DECOMPRESSORS =
      DecompressorRegistry.getDefaultInstance().with(new GzipDecompressor(), true);

  private static final Logger log = LoggerFactory.getLogger(RequestParser.class);

  private RequestParser() {}

  /** Returns a service that converts exceptions of the given one and of its parser to statuses. */
  static ServerServiceDefinition of(BindableService service) {
    var parsed = ServerInterceptors.intercept(service, new FailureInterceptor());
    // The interceptor gets the bytes, so that the parser runs inside it.
    return ServerInterceptors.intercept(
        ServerInterceptors.useInputStreamMessages(parsed), new RequestParser());
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var closeOnce = new CloseOnceServerCall<>(call);
    return new SimpleForwardingServerCallListener<>(next.startCall(closeOnce, headers)) {
      private boolean rejected;

      @Override
      public void onMessage(Q message) {
        try {
          super.onMessage(message);
        } catch (RuntimeException unreadable) {
          // The parser failed: FailureInterceptor handles the exceptions of the service.
          rejected = true;
          closeOnce.close(statusOf(unreadable), new Metadata());
        }
      }

      @Override
      public void onHalfClose() {
        if (!rejected) {
          super.onHalfClose();
        }
      }

      @Override
      public void onCancel() {
        closeOnce.markClosed(); // gRPC has set the status: ignore later closes by the service
        super.onCancel();
      }
    };
  }

  private static Status statusOf(RuntimeException unreadable) {
    log.atInfo().addMarker(ErrorLog.PEER_FAULT).log("Requests that cannot be parsed");
    var status = Status.fromThrowable(unreadable);
    return status.getCode() == Status.Code.RESOURCE_EXHAUSTED // larger than the limit
        ? Status.RESOURCE_EXHAUSTED.withDescription(status.getDescription())
        : Status.INVALID_ARGUMENT.withDescription("The request cannot be parsed");
  }

  private record GzipDecompressor() implements Decompressor {
    @Override
    public String getMessageEncoding() {
      return "gzip";
    }

    @Override
    public InputStream decompress(InputStream compressed) {
      try {
        return new Codec.Gzip().decompress(compressed);
      } catch (IOException e) {
        throw Status.INVALID_ARGUMENT
            .withDescription("The request cannot be decompressed")
            .asRuntimeException();
      }
    }
  }
}
