package dev.bookmarket.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import io.grpc.Channel;
import io.grpc.EquivalentAddressGroup;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusOr;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One of two replicas stops while clients call continuously: each call that a replica received is
 * answered, and once.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RollingStopTest {
  private static final int CLIENTS = 8;

  /** Three kinds of clients, by service config. */
  private enum Kind {
    /** Stops calling a replica during its drain, because of its health. */
    WATCHES_HEALTH(
        Map.of(
            "loadBalancingConfig",
            List.of(Map.of("round_robin", Map.of())),
            "healthCheckConfig",
            Map.of("serviceName", ""))),
    /** Stops calling a replica when it closes the connection. */
    BALANCES(Map.of("loadBalancingConfig", List.of(Map.of("round_robin", Map.of())))),
    /** Calls one replica, and the next one when it closes the connection. */
    CONNECTS_TO_ONE(Map.of("loadBalancingConfig", List.of(Map.of("pick_first", Map.of()))));

    private final Map<String, ?> serviceConfig;

    Kind(Map<String, ?> serviceConfig) {
      this.serviceConfig = serviceConfig;
    }
  }

  /**
   * A connection can close after gRPC has assigned a call to it and before it has written the
   * request. The client reports UNAVAILABLE or UNKNOWN, and the replica has not received the call.
   */
  private static final Map<String, ?> REPEAT_UNSENT_CALLS =
      OneRpc.retries("UNAVAILABLE", "UNKNOWN");

  private final TestTelemetry telemetry = TestTelemetry.begin(Sampler.alwaysOff());
  private final Replicas replicas = new Replicas();

  @BeforeEach
  void nameReplicas() {
    NameResolverRegistry.getDefaultRegistry().register(replicas);
  }

  @AfterEach
  void forgetReplicas() {
    NameResolverRegistry.getDefaultRegistry().deregister(replicas);
    telemetry.close();
  }

  @ParameterizedTest
  @EnumSource
  void loses_no_call(Kind kind) throws InterruptedException {
    var leaving = replica("leaving");
    try (var staying = replica("staying")) {
      var clients = new ArrayList<Client>();
      try {
        for (int client = 0; client < CLIENTS; client++) {
          clients.add(new Client(kind, leaving.port(), staying.port()));
        }
        for (var client : clients) {
          client.awaitMore(50);
        }

        leaving.close();

        for (var client : clients) {
          client.awaitMore(50);
        }
      } finally {
        for (var client : clients) {
          client.close();
        }
        leaving.close();
      }
      assertThat(clients).flatExtracting(client -> client.failures).isEmpty();
      assertThat(clients)
          .flatExtracting(client -> client.answeredBy)
          .as("both had their share")
          .contains("leaving", "staying");
      assertThatEachReceivedCallWasAnswered(
          clients.stream().mapToLong(client -> client.calls.get()).sum());
    }
  }

  /** Also fails if a call was received twice, because it was lost and repeated. */
  private void assertThatEachReceivedCallWasAnswered(long answers) {
    Eventually.soon(
        "the answered calls are counted",
        () -> received().stream().mapToLong(HistogramPointData::getCount).sum() >= answers);
    assertThat(received())
        .singleElement()
        .satisfies(
            calls -> {
              assertThat(calls.getAttributes().asMap().toString())
                  .contains("rpc.response.status_code=OK");
              assertThat(calls.getCount()).isEqualTo(answers);
            });
  }

  /** Returns the calls that the replicas received, by status. */
  private List<HistogramPointData> received() {
    return telemetry.histogram("rpc.server.call.duration");
  }

  private static GrpcServer replica(String name) {
    return GrpcServer.start(
        new GrpcServerConfig(
            ListenAddress.anyFreePort(), Duration.ofMillis(300), Duration.ofMinutes(10)),
        List.of(new OneRpc((request, reply) -> OneRpc.reply(name, reply))),
        channel -> {});
  }

  /** Calls in a loop until it is closed. */
  private static final class Client implements AutoCloseable {
    final Set<String> answeredBy = ConcurrentHashMap.newKeySet();
    final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicBoolean stopRequested = new AtomicBoolean();
    private final ManagedChannel channel;
    private final Thread thread;

    Client(Kind kind, int... ports) {
      channel = channelTo(kind, ports);
      thread = new Thread(() -> callOn(channel), "client");
      thread.start();
    }

    private void callOn(Channel channel) {
      while (!stopRequested.get()) {
        try {
          answeredBy.add(OneRpc.call(channel, "x"));
        } catch (RuntimeException failure) {
          failures.add(failure);
        }
        calls.incrementAndGet();
      }
    }

    void awaitMore(int more) {
      var enough = calls.get() + more;
      Eventually.soon(more + " more calls", () -> calls.get() >= enough);
    }

    @Override
    public void close() throws InterruptedException {
      stopRequested.set(true);
      thread.join(30_000);
      channel.shutdownNow();
    }
  }

  private static ManagedChannel channelTo(Kind kind, int... ports) {
    var path = Arrays.stream(ports).mapToObj(String::valueOf).collect(Collectors.joining(","));
    var serviceConfig = new HashMap<String, Object>(kind.serviceConfig);
    serviceConfig.put("methodConfig", List.of(REPEAT_UNSENT_CALLS));
    return Grpc.newChannelBuilder("replicas:///" + path, InsecureChannelCredentials.create())
        .defaultServiceConfig(serviceConfig)
        .build();
  }

  /** Resolves a name such as {@code replicas:///5001,5002} to these ports of this machine. */
  private static final class Replicas extends NameResolverProvider {
    @Override
    public NameResolver newNameResolver(URI target, NameResolver.Args args) {
      var addresses =
          Arrays.stream(target.getPath().substring(1).split(","))
              .map(port -> new InetSocketAddress("127.0.0.1", Integer.parseInt(port)))
              .map(EquivalentAddressGroup::new)
              .toList();
      return new NameResolver() {
        @Override
        public String getServiceAuthority() {
          return "replicas";
        }

        @Override
        public void start(Listener2 listener) {
          listener.onResult(
              ResolutionResult.newBuilder()
                  .setAddressesOrError(StatusOr.fromValue(addresses))
                  .build());
        }

        @Override
        public void shutdown() {}
      };
    }

    @Override
    public String getDefaultScheme() {
      return "replicas";
    }

    @Override
    public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
      return Set.of(InetSocketAddress.class);
    }

    @Override
    protected boolean isAvailable() {
      return true;
    }

    @Override
    protected int priority() {
      return 5;
    }
  }
}
