package dev.bookmarket.runtime;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Tells the caller which replica answers, in a header of every answer, or among the trailers where
 * there is no answer but a status.
 */
public final class ServedBy implements ServerInterceptor {
  /** Holds the name of the replica: printable ASCII without blanks. */
  public static final Metadata.Key<String> HEADER =
      Metadata.Key.of("served-by", Metadata.ASCII_STRING_MARSHALLER);

  private static final String THIS_REPLICA = HostName.find(System.getenv("HOSTNAME"));

  /**
   * The name of this replica: the host's, which is the pod's in Kubernetes and the container's id
   * elsewhere. Found once, when it is first asked for.
   */
  public static String thisReplica() {
    return THIS_REPLICA;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return next.startCall(new Signed<>(call), headers);
  }

  private static final class Signed<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private boolean told;

    Signed(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public void sendHeaders(Metadata headers) {
      told = true;
      super.sendHeaders(signed(headers));
    }

    @Override
    public void close(Status status, Metadata trailers) {
      super.close(status, told ? trailers : signed(trailers));
    }

    /** A copy: the same metadata may go out with several calls. */
    private static Metadata signed(Metadata metadata) {
      var signed = new Metadata();
      signed.merge(metadata);
      signed.put(HEADER, THIS_REPLICA);
      return signed;
    }
  }
}
