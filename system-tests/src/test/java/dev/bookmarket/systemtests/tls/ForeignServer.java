package dev.bookmarket.systemtests.tls;

import dev.bookmarket.certificates.DemoCertificate;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerStreamTracer;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server with the health service that is not built with the classes of the shop, so it also
 * serves with a certificate with which a server of the shop would not start. Counts the calls that
 * reach it.
 */
final class ForeignServer implements AutoCloseable {
  private final AtomicInteger calls = new AtomicInteger();
  private final Server server;

  private ForeignServer(ServerCredentials credentials) {
    try {
      server =
          Grpc.newServerBuilderForPort(0, credentials)
              .addService(new HealthStatusManager().getHealthService())
              .addStreamTracerFactory(
                  new ServerStreamTracer.Factory() {
                    @Override
                    public ServerStreamTracer newServerStreamTracer(
                        String method, Metadata headers) {
                      calls.incrementAndGet();
                      return new ServerStreamTracer() {};
                    }
                  })
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a server with TLS that accepts the clients of this authority. */
  static ForeignServer tls(DemoCertificate certificate, String authority) {
    return new ForeignServer(Credentials.server(certificate, authority));
  }

  /** Starts a server without TLS. */
  static ForeignServer plaintext() {
    return new ForeignServer(InsecureServerCredentials.create());
  }

  int port() {
    return server.getPort();
  }

  /** Returns how many calls have reached the server. */
  int calls() {
    return calls.get();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
