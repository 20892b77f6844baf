package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.HealthCheck;
import dev.bookmarket.runtime.Stoppable;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gRPC server over TCP with the standard services: health, reflection (v1 and v1alpha) and
 * channelz. Health says SERVING only between the end of the warm-up and the beginning of the stop,
 * and only while the server's {@link HealthCheck} is there; for the service {@link #LIVENESS} it
 * says so from the first moment to the beginning of the stop. Safe for use by several threads.
 */
public final class GrpcServer implements Stoppable {
  private static final Logger log = LoggerFactory.getLogger(GrpcServer.class);

  /** The name under which health says that the process lives, whatever it lacks. */
  public static final String LIVENESS = "liveness";

  /**
   * For so long, and a fifth of the drain at most, a server that was told to stop goes on as
   * before. A caller looks for replicas twice as often: when this one says that it is going, the
   * one that takes its place is known.
   */
  private static final Duration NOTICE = Duration.ofSeconds(1);

  /**
   * More than twice the largest request that any contract allows. At gRPC's own bound of 4 MiB, a
   * handful of callers could fill the small heap of a container.
   */
  private static final int MAX_REQUEST_BYTES = 256 * 1024;

  /** The bound on finishing what has begun; then on ending it. */
  private static final Duration FINISH = Duration.ofSeconds(10);

  private final Server server;
  private final int port;
  private final HealthStatusManager health;
  private final HealthWatches watches;
  private final HealthMonitor readiness;
  private final Duration drain;
  private final Duration finish;

  private GrpcServer(
      Server server,
      HealthStatusManager health,
      HealthWatches watches,
      HealthMonitor readiness,
      Duration drain,
      Duration finish) {
    this.server = server;
    this.port = server.getPort();
    this.health = health;
    this.watches = watches;
    this.readiness = readiness;
    this.drain = drain;
    this.finish = finish;
  }

  /**
   * Starts a server and returns when it serves.
   *
   * @param warmUp calls the server's own RPCs a few times over the given channel, so that the first
   *     caller does not wait for a cold JVM
   * @throws StartupException if it cannot listen there
   */
  public static GrpcServer start(
      GrpcServerConfig config, List<? extends BindableService> services, Consumer<Channel> warmUp) {
    return start(config, services, warmUp, HealthCheck.NONE, FINISH);
  }

  /**
   * The same for a server that is ready only while its prerequisite is there. Returns when it has
   * looked for that once: where it is missing, the server is alive but not ready, and warms up when
   * it comes.
   *
   * @param prerequisite closed when the server has stopped, or where it does not start
   * @throws StartupException if it cannot listen there, or the prerequisite can never be there
   */
  public static GrpcServer start(
      GrpcServerConfig config,
      List<? extends BindableService> services,
      Consumer<Channel> warmUp,
      HealthCheck prerequisite) {
    return start(config, services, warmUp, prerequisite, FINISH);
  }

  /** The same with another bound on finishing what has begun. */
  static GrpcServer start(
      GrpcServerConfig config,
      List<? extends BindableService> services,
      Consumer<Channel> warmUp,
      HealthCheck prerequisite,
      Duration finish) {
    var health = new HealthStatusManager();
    var watches = new HealthWatches();
    var builder =
        NettyServerBuilder.forAddress(
                config.listen().socketAddress(), InsecureServerCredentials.create())
            .maxConnectionAge(config.maxConnectionAge().toMillis(), TimeUnit.MILLISECONDS)
            // Health watches never end by themselves and would hold an aged connection open.
            .maxConnectionAgeGrace(FINISH.toMillis(), TimeUnit.MILLISECONDS)
            .maxInboundMessageSize(MAX_REQUEST_BYTES)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .decompressorRegistry(RequestParser.DECOMPRESSORS)
            .intercept(watches)
            .intercept(new ServedByInterceptor()); // around the others, whose failures it signs too
    Stream.concat(
            Stream.of(
                health.getHealthService(),
                ProtoReflectionServiceV1.newInstance(),
                ProtoReflectionService.newInstance(),
                ChannelzService.newInstance(100)),
            services.stream())
        .map(RequestParser::of)
        .forEach(builder::addService);
    var names =
        Stream.concat(
                Stream.of(HealthStatusManager.SERVICE_NAME_ALL_SERVICES),
                services.stream().map(s -> s.bindService().getServiceDescriptor().getName()))
            .toList();
    Consumer<Boolean> tell =
        ready ->
            names.forEach(
                name ->
                    health.setStatus(
                        name, ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING));
    tell.accept(false);
    health.setStatus(LIVENESS, ServingStatus.SERVING);
    Server server;
    try {
      server = builder.build().start();
    } catch (IOException e) {
      prerequisite.close();
      throw config.listen().startFailure(e);
    }
    Runnable warm = () -> warmUp(config.listen().reachable(), server.getPort(), warmUp);
    var readiness = new HealthMonitor(prerequisite, warm, tell);
    try {
      readiness.start();
    } catch (RuntimeException | Error e) {
      server.shutdownNow();
      readiness.close();
      throw e;
    }
    log.atInfo().addKeyValue("port", server.getPort()).log("Serving gRPC");
    return new GrpcServer(server, health, watches, readiness, config.drain(), finish);
  }

  /** The port it listens on; the chosen one where the configured one was 0. */
  public int port() {
    return port;
  }

  /** A second caller waits until the first has stopped it. */
  @Override
  public synchronized void close() {
    if (server.isShutdown()) {
      return;
    }
    var notice = Math.min(NOTICE.toMillis(), drain.toMillis() / 5);
    try {
      Thread.sleep(notice);
      health.enterTerminalState();
      Thread.sleep(drain.toMillis() - notice);
      server.shutdown();
      watches.end();
      if (!server.awaitTermination(finish.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    readiness.close();
  }

  private static void warmUp(InetAddress address, int port, Consumer<Channel> warmUp) {
    // By address: neither DNS nor Java's proxy properties apply.
    var channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(address, port), InsecureChannelCredentials.create())
            .build();
    try {
      warmUp.accept(channel);
    } finally {
      channel.shutdownNow();
    }
  }
}
