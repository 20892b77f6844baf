package dev.bookmarket.runtime.client;

import com.google.common.base.Throwables;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.net.SocketException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The one channel to a backend, for the life of the process: balanced over all the addresses of its
 * name, to those that say they are healthy. Safe for concurrent use.
 */
public final class Backend implements AutoCloseable {
  /** Half of what a replica that is told to stop waits before it says so. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  /** Deadline of the health check that finds out why no replica is ready. */
  private static final Duration REASON_BOUND = Duration.ofSeconds(2);

  private final ManagedChannel channel;
  private final OutageLog outages;
  private final ScheduledExecutorService reconnect =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "reconnect");
            thread.setDaemon(true);
            return thread;
          });

  private Backend(ManagedChannel channel, OutageLog outages) {
    this.channel = channel;
    this.outages = outages;
    // grpc-java's backoff between attempts to connect grows to two minutes and cannot be set.
    // Whoever restarts a backend does not want to wait for that.
    var unused =
        reconnect.scheduleWithFixedDelay(
            this::reconnectNow, 0, LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Starts to connect to the service at that address, and never gives up. */
  public static Backend connect(String host, int port, ServiceConfig config) {
    return connect(host, port, config, new OutageLog(host + ":" + port));
  }

  static Backend connect(String host, int port, ServiceConfig config, OutageLog outages) {
    noticeNewAddresses();
    return new Backend(
        Grpc.newChannelBuilder(target(host, port), InsecureChannelCredentials.create())
            .proxyDetector(address -> null) // ignore Java's proxy properties: backends are direct
            .defaultServiceConfig(config.document())
            .disableServiceConfigLookUp()
            // The last comes first; what is asked a second time is a call of its own.
            .intercept(
                CallLog.recording(),
                new TruncatedReadRetryInterceptor(config.reads()),
                new LostConnectionInterceptor(),
                config.deadlines())
            .idleTimeout(Long.MAX_VALUE, TimeUnit.DAYS)
            // A host that vanished sends no reset: without pings its connection would look alive
            // for a quarter of an hour. Ten seconds is the shortest that grpc-java takes.
            .keepAliveTime(10, TimeUnit.SECONDS)
            .keepAliveTimeout(2, TimeUnit.SECONDS)
            .keepAliveWithoutCalls(true)
            .build(),
        outages);
  }

  /** Returns the target as a URI, in which the brackets of an IPv6 address are encoded. */
  private static String target(String host, int port) {
    return "dns:///" + URLEncoder.encode(host, StandardCharsets.UTF_8) + ":" + port;
  }

  /** What stubs call through. */
  public Channel channel() {
    return channel;
  }

  @Override
  public void close() {
    reconnect.shutdownNow();
    channel.shutdownNow();
  }

  /**
   * Tries again to connect to all that is not connected, and looks for new addresses. Also while
   * the channel is ready: that says no more than that one replica is.
   */
  private void reconnectNow() {
    var state = channel.getState(true); // also makes the channel connect for the first time
    channel.resetConnectBackoff();
    outages.look(state, this::reason);
  }

  /** Checks the backend's health: gRPC reports only to a call why it cannot connect. */
  private String reason() {
    try {
      var unused =
          HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(REASON_BOUND.toMillis(), TimeUnit.MILLISECONDS)
              .check(HealthCheckRequest.getDefaultInstance());
      return "";
    } catch (StatusRuntimeException e) {
      var root = Throwables.getRootCause(e);
      if (root instanceof UnknownHostException) {
        return "its name does not resolve";
      }
      if (root instanceof SocketException) {
        return "it accepts no connection";
      }
      return e.getStatus().getCode() == Status.Code.UNAVAILABLE ? "it is not ready" : "no answer";
    }
  }

  /** gRPC remembers a DNS answer for 30 seconds; ServiceProcess sees to the JDK's own memory. */
  private static void noticeNewAddresses() {
    System.setProperty("networkaddress.cache.ttl", "0");
  }
}
