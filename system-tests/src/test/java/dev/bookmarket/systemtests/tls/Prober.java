package dev.bookmarket.systemtests.tls;

import dev.bookmarket.systemtests.tls.ShopProcesses.Member;
import io.grpc.ChannelCredentials;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Connects to servers again and again, and records their certificates and whether they are healthy.
 * Safe for concurrent use.
 */
final class Prober implements AutoCloseable {
  private static final int PAUSE_MILLIS = 50;

  private final ScheduledExecutorService thread = Executors.newScheduledThreadPool(1);
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Set<X509Certificate> served = new HashSet<>();
  private ChannelCredentials credentials;

  /** Starts to connect with these credentials. */
  Prober(List<Member> servers, ChannelCredentials credentials) {
    this.credentials = credentials;
    var unused =
        thread.scheduleWithFixedDelay(
            () -> servers.forEach(this::probe), 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Waits for the connection that is in progress, then uses other credentials. */
  synchronized void use(ChannelCredentials next) {
    credentials = next;
  }

  /** Connects once and returns the certificate of the server. */
  synchronized X509Certificate certificateOf(Member server) throws SSLPeerUnverifiedException {
    return Probe.of(server.address(), server.process().port(), credentials).certificate();
  }

  /** Returns the certificates of all servers so far. */
  synchronized Set<X509Certificate> served() {
    return Set.copyOf(served);
  }

  /** Returns the failed connections, and the health checks without the result SERVING. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Waits for the connection that is in progress. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(2, TimeUnit.MINUTES)) {
        throw new AssertionError("a connection without a response");
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void probe(Member server) {
    try {
      var probe = Probe.of(server.address(), server.process().port(), credentials);
      served.add(probe.certificate());
      if (probe.health() != ServingStatus.SERVING) {
        failures.add(server.service() + ": " + probe.health());
      }
    } catch (StatusRuntimeException | SSLPeerUnverifiedException failure) {
      failures.add(server.service() + ": " + failure);
    }
  }
}
