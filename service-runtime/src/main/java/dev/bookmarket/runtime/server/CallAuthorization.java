package dev.bookmarket.runtime.server;

import com.google.common.base.Strings;
import dev.bookmarket.runtime.ServiceIdentity;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import java.security.cert.X509Certificate;
import java.util.Objects;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rejects calls that the {@link CallPolicy} does not allow, and records who makes the other calls.
 * A service may always call itself, to warm up. Only for servers with TLS.
 */
final class CallAuthorization extends ServerTransportFilter implements ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(CallAuthorization.class);
  private static final Attributes.Key<ServiceIdentity> CALLER = Attributes.Key.create("caller");

  private final CallPolicy policy;
  private final ServiceIdentity self;

  /** Creates the authorization of a server that belongs to the service {@code self}. */
  CallAuthorization(CallPolicy policy, String self) {
    this.policy = policy;
    this.self = new ServiceIdentity(self);
  }

  /**
   * Makes a server check all its calls. Must be added after the {@link CallAdmission}, because the
   * interceptor that is added last runs first: a denied call occupies no place.
   */
  void addTo(ServerBuilder<?> server) {
    server.addTransportFilter(this).intercept(this);
  }

  /** Reads the identity once per connection. */
  @Override
  public Attributes transportReady(Attributes connection) {
    var session = Objects.requireNonNull(connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    try {
      var certificate = (X509Certificate) session.getPeerCertificates()[0];
      return connection.toBuilder().set(CALLER, ServiceIdentity.of(certificate)).build();
    } catch (SSLPeerUnverifiedException e) {
      throw new IllegalStateException(e); // the handshake requires a certificate
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var caller = Objects.requireNonNull(call.getAttributes().get(CALLER));
    Span.current().setAttribute("bookmarket.rpc.caller", caller.toString());
    var service = Strings.nullToEmpty(call.getMethodDescriptor().getServiceName());
    if (caller.equals(self) || policy.allows(caller, service)) {
      return Contexts.interceptCall(caller.asCallerIn(Context.current()), call, headers, next);
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
}
