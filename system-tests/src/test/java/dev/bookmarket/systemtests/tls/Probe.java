package dev.bookmarket.systemtests.tls;

import static java.util.Objects.requireNonNull;

import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * What a server responds to a client that connects now.
 *
 * @param certificate its certificate; the handshake has verified that the server has the key
 */
record Probe(ServingStatus health, X509Certificate certificate) {
  /** Makes a health check over a new connection; the certificate must be valid for localhost. */
  static Probe of(String address, int port, ChannelCredentials credentials)
      throws SSLPeerUnverifiedException {
    var channel =
        Grpc.newChannelBuilderForAddress(address, port, credentials)
            .overrideAuthority("localhost")
            .build();
    try {
      var call =
          channel.newCall(
              HealthGrpc.getCheckMethod(),
              CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS));
      var response = ClientCalls.blockingUnaryCall(call, HealthCheckRequest.getDefaultInstance());
      var session = requireNonNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
      return new Probe(response.getStatus(), (X509Certificate) session.getPeerCertificates()[0]);
    } finally {
      channel.shutdownNow();
    }
  }
}
