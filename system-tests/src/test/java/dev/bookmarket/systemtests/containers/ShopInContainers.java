package dev.bookmarket.systemtests.containers;

import static java.util.stream.Collectors.toMap;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import dev.bookmarket.systemtests.HomePage;
import dev.bookmarket.systemtests.Patience;
import dev.bookmarket.systemtests.Visitor;
import dev.bookmarket.systemtests.k8s.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * The shop on a network of the container engine, each workload under its name, and with the
 * variables, the memory limit and the security settings of its pods. Safe for concurrent use.
 */
final class ShopInContainers implements AutoCloseable {
  /** The workload that visitors come to. */
  static final String FRONT = "marketplace";

  private static final Duration READY = Duration.ofSeconds(60);

  private final Network network = Network.newNetwork();
  private final Map<String, Workload> workloads;
  private final Map<String, Replica> newest = new ConcurrentHashMap<>();
  private final Queue<Replica> running = new ConcurrentLinkedQueue<>();

  private ShopInContainers() {
    workloads = Workload.all().stream().collect(toMap(Workload::name, each -> each));
    workloads.values().forEach(Images::of);
    try {
      workloads.keySet().parallelStream().forEach(this::start);
      Patience.within(READY, () -> HomePage.assertWhole(visitor().get("/")));
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
  }

  /**
   * Starts one container of each workload, all at once; returns when all are ready and the page
   * lacks nothing.
   */
  static ShopInContainers open() {
    return new ShopInContainers();
  }

  /** The names of the workloads that run an image of ours. */
  static List<String> services() {
    return Workload.all().stream().filter(Workload::isOurs).map(Workload::name).sorted().toList();
  }

  /** The container of the workload of this name that was started last. */
  Replica newest(String name) {
    return Objects.requireNonNull(newest.get(name), name);
  }

  /** A visitor of the newest marketplace. */
  Visitor visitor() {
    return newest(FRONT).visitor();
  }

  /** Starts one more container under the workload's name; returns when it is ready. */
  Replica start(String name) {
    var workload = workload(name);
    var container = container(workload).withNetworkAliases(name);
    var replica = started(container, workload);
    newest.put(name, replica);
    return replica;
  }

  /** Starts one more that nobody knows, its JVM with these options as well. */
  Replica startAside(String name, String jvmOptions) {
    var workload = workload(name);
    return started(container(workload).withEnv("JDK_JAVA_OPTIONS", jvmOptions), workload);
  }

  /** Takes an address of the network, such as the one that was just given back. */
  void occupyAddress() {
    var idle =
        new GenericContainer<>(Images.of(workload(FRONT)))
            .withNetwork(network)
            .withCreateContainerCmdModifier(create -> create.withEntrypoint("sleep", "600"));
    idle.start();
    running.add(new Replica(idle, 0, "true"));
  }

  private Workload workload(String name) {
    return Objects.requireNonNull(workloads.get(name), name);
  }

  private Replica started(GenericContainer<?> container, Workload workload) {
    var replica = new Replica(container, servicePort(workload), healthCheck(workload));
    running.add(replica);
    container.start();
    return replica;
  }

  private GenericContainer<?> container(Workload workload) {
    return new GenericContainer<>(Images.of(workload))
        .withNetwork(network)
        .withEnv(workload.environment())
        .withExposedPorts(servicePort(workload))
        .withCreateContainerCmdModifier(
            create -> restrict(create.getHostConfig(), workload.memoryLimit()))
        .waitingFor(Wait.forSuccessfulCommand(healthCheck(workload)).withStartupTimeout(READY));
  }

  private static String healthCheck(Workload workload) {
    var probe = workload.container().at("/readinessProbe").has("grpc") ? "grpc" : "http";
    return "/app/healthy " + probe + " " + servicePort(workload);
  }

  private static int servicePort(Workload workload) {
    return workload.ports().findFirst().orElseThrow().at("/containerPort").asInt();
  }

  private static void restrict(HostConfig host, long memory) {
    host.withMemory(memory)
        .withMemorySwap(memory)
        .withReadonlyRootfs(true)
        .withCapDrop(Capability.ALL)
        .withSecurityOpts(List.of("no-new-privileges:true"));
  }

  @Override
  public void close() {
    running.parallelStream().forEach(Replica::close);
    network.close();
  }
}
