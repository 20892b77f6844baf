package dev.bookmarket.runtime.server;

import com.google.common.base.Strings;
import dev.bookmarket.runtime.ServiceIdentity;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import java.security.cert.X509Certificate;
import java.util.Objects;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rejects calls that the {@link CallPolicy} does not allow, and records who makes the other calls.
 * Only for servers with TLS.
 *
 * @param self the service of the server; it may always call itself, to warm up
 */
record CallAuthorization(CallPolicy policy, ServiceIdentity self) implements ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(CallAuthorization.class);

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var caller = callerOf(call);
    Span.current().setAttribute("bookmarket.rpc.caller", caller.toString());
    var service = Strings.nullToEmpty(call.getMethodDescriptor().getServiceName());
    if (caller.equals(self) || policy.allows(caller, service)) {
      return Contexts.interceptCall(
          Context.current().withValue(ServiceIdentity.CALLER, caller), call, headers, next);
    }
    log.atWarn()
        .addKeyValue("client", call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))
        .addKeyValue("caller", caller)
        .addKeyValue("service", service)
        .log("Call denied");
    call.close(
        Status.PERMISSION_DENIED.withDescription(
            "The identity %s may not call %s".formatted(caller, service)),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static ServiceIdentity callerOf(ServerCall<?, ?> call) {
    var session = Objects.requireNonNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    try {
      return ServiceIdentity.of((X509Certificate) session.getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException e) {
      throw new IllegalStateException(e); // the handshake requires a certificate
    }
  }
}
