package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.HealthCheck;
import dev.bookmarket.runtime.Priority;
import dev.bookmarket.runtime.ServiceIdentity;
import dev.bookmarket.runtime.StartupException;
import dev.bookmarket.runtime.Stoppable;
import dev.bookmarket.runtime.telemetry.AdmissionMetrics;
import dev.bookmarket.runtime.telemetry.Telemetry;
import dev.bookmarket.runtime.tls.Tls;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.opentelemetry.api.metrics.BatchCallback;
import java.io.IOException;
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
 * channelz. Its health is SERVING only after the warm-up, before the stop, and while the {@link
 * HealthCheck} passes; the health of the service {@link #LIVENESS} is SERVING from the start to the
 * stop. Safe for use by several threads.
 */
public final class GrpcServer implements Stoppable {
  /** The service name whose health reports only whether the process is alive. */
  public static final String LIVENESS = "liveness";

  private static final Logger log = LoggerFactory.getLogger(GrpcServer.class);

  /**
   * How long the server continues to report SERVING after the stop has begun, but at most a fifth
   * of the drain time. Callers resolve its name twice as often, so they find its replacement before
   * they stop using this server.
   */
  private static final Duration STOP_NOTICE = Duration.ofSeconds(1);

  /** How long calls in flight may take after the drain. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final GrpcServerConfig config;
  private final Duration stopTimeout;
  private final HealthStatusManager health = new HealthStatusManager();
  private final HealthWatches watches = new HealthWatches();
  private final Tls tls;
  private final HandlerThreads threads = HandlerThreads.forCalls();
  private final AdmissionMetrics metrics = new AdmissionMetrics("grpc", Priority.values());
  private final BatchCallback observation;
  private final Server server;
  private final HealthMonitor monitor;
  private final int port;
  private volatile boolean isHealthy;
  private volatile boolean isStopping;

  /**
   * Starts a server and returns when it serves.
   *
   * @param warmUp calls the server's own RPCs a few times over the given channel, so that the first
   *     caller does not wait for a cold JVM
   * @throws StartupException if it cannot listen at the address
   */
  public static GrpcServer start(
      GrpcServerConfig config, List<? extends BindableService> services, Consumer<Channel> warmUp) {
    return start(config, services, warmUp, HealthCheck.NONE, CallPolicy.ANY_SERVICE);
  }

  /**
   * Starts a server that is ready only while the check passes. Returns after the first check: if it
   * fails, the server is alive but not ready, and warms up when the check passes.
   *
   * @param healthCheck is closed when the server has stopped, or if it does not start
   * @param policy who may call its services
   * @throws StartupException if it cannot listen at the address, or the check can never pass
   */
  public static GrpcServer start(
      GrpcServerConfig config,
      List<? extends BindableService> services,
      Consumer<Channel> warmUp,
      HealthCheck healthCheck,
      CallPolicy policy) {
    return new GrpcServer(config, services, warmUp, healthCheck, policy, STOP_TIMEOUT);
  }

  /** Starts like {@link #start}, with a timeout for calls in flight at the stop. */
  GrpcServer(
      GrpcServerConfig config,
      List<? extends BindableService> services,
      Consumer<Channel> warmUp,
      HealthCheck healthCheck,
      CallPolicy policy,
      Duration stopTimeout) {
    this.config = config;
    this.stopTimeout = stopTimeout;
    var names =
        Stream.concat(
                Stream.of(HealthStatusManager.SERVICE_NAME_ALL_SERVICES),
                services.stream().map(s -> s.bindService().getServiceDescriptor().getName()))
            .toList();
    policy.checkServices(names);
    names.forEach(name -> health.setStatus(name, ServingStatus.NOT_SERVING));
    health.setStatus(LIVENESS, ServingStatus.SERVING);
    try {
      tls = Tls.open(config.tls());
    } catch (StartupException e) {
      healthCheck.close();
      throw e;
    }
    try {
      server = build(services, policy).start();
    } catch (IOException e) {
      tls.close();
      healthCheck.close();
      throw config.listen().startFailure(e);
    }
    port = server.getPort();
    observation = metrics.observe(port, threads::running, threads::waiting, threads::limit);
    monitor =
        new HealthMonitor(
            healthCheck,
            () -> warmUp(warmUp),
            status -> {
              isHealthy = status == ServingStatus.SERVING;
              names.forEach(name -> health.setStatus(name, status));
            });
    try {
      monitor.start();
    } catch (RuntimeException | Error e) {
      server.shutdownNow();
      monitor.close();
      tls.close();
      throw e;
    }
    log.atInfo()
        .addKeyValue("tls", config.tls().folder().isPresent())
        .addKeyValue("port", port)
        .log("Serving gRPC");
  }

  private Server build(List<? extends BindableService> services, CallPolicy policy) {
    var builder =
        NettyServerBuilder.forAddress(config.listen().socketAddress(), tls.server())
            .maxConnectionAge(config.maxConnectionAge().toMillis(), TimeUnit.MILLISECONDS)
            // Health watches never end by themselves and would hold an aged connection open.
            .maxConnectionAgeGrace(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .decompressorRegistry(RequestParser.DECOMPRESSORS)
            .intercept(watches);
    ConnectionLimits.addTo(builder);
    builder.addStreamTracerFactory(new TelemetryTracer(services));
    new CallAdmission(threads, metrics).addTo(builder);
    if (config.tls().folder().isPresent()) {
      // The interceptor that is added last runs first: a denied call occupies no place.
      builder.intercept(new CallAuthorization(policy, new ServiceIdentity(config.tls().service())));
    }
    // The outermost ones: they run also for rejected calls.
    builder.intercept(new TraceInterceptor()).intercept(new ServedByInterceptor());
    Stream.concat(
            Stream.of(
                health.getHealthService(),
                ProtoReflectionServiceV1.newInstance(),
                ProtoReflectionService.newInstance(),
                ChannelzService.newInstance(100)),
            services.stream())
        .map(RequestParser::of)
        .forEach(builder::addService);
    return builder.build();
  }

  /** Returns the port; the one that the system chose if the configured port is 0. */
  public int port() {
    return port;
  }

  @Override
  public boolean isReady() {
    return isHealthy && !isStopping;
  }

  /** Stops the server; a second call waits for the first. */
  @Override
  public synchronized void close() {
    if (server.isShutdown()) {
      return;
    }
    var drainMillis = config.drain().toMillis();
    var noticeMillis = Math.min(STOP_NOTICE.toMillis(), drainMillis / 5);
    try {
      Thread.sleep(noticeMillis);
      isStopping = true;
      health.enterTerminalState();
      Thread.sleep(drainMillis - noticeMillis);
      server.shutdown();
      watches.close();
      if (!server.awaitTermination(stopTimeout.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    monitor.close();
    observation.close();
    tls.close();
  }

  private void warmUp(Consumer<Channel> warmUp) {
    // Connect by address: neither DNS nor Java's proxy properties apply. Every certificate of the
    // shop contains the name localhost.
    var address = new InetSocketAddress(config.listen().reachable(), port);
    var channel =
        NettyChannelBuilder.forAddress(address, tls.client())
            .overrideAuthority("localhost")
            .build();
    try (var unmeasured = Telemetry.warmUp()) {
      warmUp.accept(channel);
    } finally {
      channel.shutdownNow();
    }
  }
}
