package dev.bookmarket.runtime.client;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.bookmarket.runtime.tls.HandshakeFailure;
import dev.bookmarket.runtime.tls.Tls;
import dev.bookmarket.runtime.tls.TlsConfig;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.net.SocketException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A long-lived channel to a service: one per service and process, balanced over all healthy
 * replicas to which the name resolves. Safe for concurrent use.
 */
public final class Backend implements AutoCloseable {
  /**
   * Half of the time for which a stopping server reports SERVING, to find its replacement first.
   */
  private static final Duration RECONNECT_INTERVAL = Duration.ofMillis(500);

  /** Deadline of the health check that determines why no replica is ready. */
  private static final Duration REASON_TIMEOUT = Duration.ofSeconds(2);

  private final ManagedChannel channel;
  private final OutageLog outages;
  private final ScheduledExecutorService reconnect =
      Executors.newSingleThreadScheduledExecutor(
          new ThreadFactoryBuilder().setDaemon(true).setNameFormat("reconnect").build());

  /**
   * Starts to connect, and retries forever.
   *
   * @param host may resolve to several replicas; with TLS, their certificates must contain it
   */
  public static Backend connect(String host, int port, ServiceConfig config, Tls tls) {
    return new Backend(host, port, config, tls, new OutageLog(host + ":" + port));
  }

  /** Connects without TLS. */
  public static Backend connect(String host, int port, ServiceConfig config) {
    return connect(host, port, config, Tls.open(TlsConfig.PLAINTEXT));
  }

  Backend(String host, int port, ServiceConfig config, Tls tls, OutageLog outages) {
    this.outages = outages;
    // Disable gRPC's DNS cache of 30 seconds; ServiceProcess disables the JDK's own cache.
    System.setProperty("networkaddress.cache.ttl", "0");
    var copies = new OutlierDetection.Copies();
    channel =
        Grpc.newChannelBuilder(target(host, port), tls.client())
            // A thread of gRPC's pool for each response costs two thread switches per call.
            .directExecutor()
            .proxyDetector(address -> null) // ignore Java's proxy properties
            .defaultServiceConfig(config.document())
            .disableServiceConfigLookUp()
            .setNameResolverArg(OutlierDetection.Copies.ARGUMENT, copies)
            // The last interceptor runs first: each attempt of a retry passes through the call log.
            .intercept(
                CallLog.interceptor(),
                new LostConnectionInterceptor(config.reads(), copies),
                config.deadlines(),
                new TelemetryInterceptor(host, port))
            .idleTimeout(Long.MAX_VALUE, TimeUnit.DAYS)
            // A host that is switched off does not close its connections: without pings, they would
            // stay open for 15 minutes. Ten seconds is the minimum in grpc-java.
            .keepAliveTime(10, TimeUnit.SECONDS)
            .keepAliveTimeout(2, TimeUnit.SECONDS)
            .keepAliveWithoutCalls(true)
            .build();
    // grpc-java's backoff between attempts to connect grows to two minutes and cannot be set: a
    // restarted service would get no calls for that long.
    var unused =
        reconnect.scheduleWithFixedDelay(
            this::reconnectNow, 0, RECONNECT_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns the target as a URI, in which the brackets of an IPv6 address are encoded. */
  private static String target(String host, int port) {
    return "dns:///" + URLEncoder.encode(host, StandardCharsets.UTF_8) + ":" + port;
  }

  /**
   * Returns the channel for stubs. gRPC's threads that read the responses also run the callbacks of
   * the calls, so these must not block. Stubs whose callbacks take long need their own executor.
   */
  public Channel channel() {
    return channel;
  }

  @Override
  public void close() {
    reconnect.shutdownNow();
    channel.shutdownNow();
  }

  /**
   * Connects to all replicas that are not connected, and resolves the name again. Needed also when
   * the channel is ready, which means only that one replica is.
   */
  private void reconnectNow() {
    var state = channel.getState(true); // also makes the channel connect for the first time
    channel.resetConnectBackoff();
    outages.update(state, this::reason);
  }

  /**
   * Returns why no replica is ready; empty if one is. Calls the health service, because gRPC
   * reports only to a call why it cannot connect.
   */
  private String reason() {
    try {
      var unused =
          HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(REASON_TIMEOUT)
              .check(HealthCheckRequest.getDefaultInstance());
      return "";
    } catch (StatusRuntimeException e) {
      var tls = HandshakeFailure.reason(e);
      if (tls.isPresent()) {
        return tls.get();
      }
      var root = Throwables.getRootCause(e);
      if (root instanceof UnknownHostException) {
        return "its name does not resolve";
      }
      if (root instanceof SocketException) {
        return "it accepts no connection";
      }
      // gRPC's description if the peer closed the connection; an IOException is a reset.
      if (root instanceof IOException
          || "Network closed for unknown reason".equals(e.getStatus().getDescription())) {
        return "it closed the connection, as a server with TLS does if this process has no TLS_DIR";
      }
      if (root instanceof Http2Exception) {
        return "its response is not HTTP/2";
      }
      return e.getStatus().getCode() == Status.Code.UNAVAILABLE ? "it is not ready" : "no answer";
    }
  }
}
