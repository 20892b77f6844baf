package dev.bookmarket.systemtests.containers;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Volume;
import dev.bookmarket.systemtests.HomePage;
import dev.bookmarket.systemtests.Polling;
import dev.bookmarket.systemtests.Visitor;
import dev.bookmarket.systemtests.k8s.Secrets;
import dev.bookmarket.systemtests.k8s.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * The shop on a network of the container engine. Each workload has its name, and the variables, the
 * memory limit and the security settings of its pods. Safe for concurrent use.
 */
final class ShopInContainers implements AutoCloseable {
  /** The workload that serves the pages. */
  static final String FRONT = "marketplace";

  /** The default CPU weight of a container. */
  private static final int NORMAL_CPU_SHARES = 1024;

  /** The CPU weight of a container that starts. */
  private static final int LOW_CPU_SHARES = 32;

  private static final Duration READY = Duration.ofMinutes(10);

  private final Network network = Network.newNetwork();
  private final Map<String, Workload> workloads;
  private final Secrets secrets = Secrets.all();
  private final Map<String, WorkloadContainer> newest = new ConcurrentHashMap<>();
  private final Queue<WorkloadContainer> running = new ConcurrentLinkedQueue<>();

  private ShopInContainers() {
    workloads = Workload.all().stream().collect(toMap(Workload::name, each -> each));
    workloads.values().forEach(Images::of);
    try {
      startAll();
      Polling.within(READY, () -> HomePage.assertComplete(visitor().get("/")));
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
  }

  /**
   * Starts one container of each workload, all in parallel; returns when all are ready and the home
   * page is complete.
   */
  static ShopInContainers open() {
    return new ShopInContainers();
  }

  /** Returns the names of all workloads. */
  List<String> names() {
    return workloads.keySet().stream().sorted().toList();
  }

  /** Returns the names of the workloads that run an image of this project. */
  static List<String> services() {
    return Workload.all().stream().filter(Workload::isOurs).map(Workload::name).sorted().toList();
  }

  /** Returns the last started container of a workload. */
  WorkloadContainer newest(String name) {
    return Objects.requireNonNull(newest.get(name), name);
  }

  /** Returns a visitor of the newest marketplace. */
  Visitor visitor() {
    return newest(FRONT).visitor();
  }

  /**
   * Starts another container under the workload's name; returns when it is ready. It starts with a
   * low CPU weight, because in a cluster it would run on another node.
   */
  WorkloadContainer start(String name) {
    var workload = workload(name);
    var container =
        container(workload)
            .withNetworkAliases(name)
            .withCreateContainerCmdModifier(
                create ->
                    Objects.requireNonNull(create.getHostConfig()).withCpuShares(LOW_CPU_SHARES));
    var replica = started(container, workload);
    replica.setCpuShares(NORMAL_CPU_SHARES);
    newest.put(name, replica);
    return replica;
  }

  /** Starts another container, with more JVM options, to which the others do not connect. */
  WorkloadContainer startWithoutAlias(String name, String jvmOptions) {
    var workload = workload(name);
    return started(container(workload).withEnv("JDK_JAVA_OPTIONS", jvmOptions), workload);
  }

  /** Uses an address of the network, for example the one that was just released. */
  void occupyAddress() {
    var idle =
        new GenericContainer<>(Images.of(workload(FRONT)))
            .withNetwork(network)
            .withCreateContainerCmdModifier(create -> create.withEntrypoint("sleep", "600"));
    idle.start();
    running.add(new WorkloadContainer(idle, 0, "true"));
  }

  /** Starts each in its own thread, because one may wait until another is ready. */
  private void startAll() {
    var threads = Executors.newCachedThreadPool();
    try {
      var starts =
          workloads.keySet().stream()
              .map(name -> CompletableFuture.runAsync(() -> start(name), threads))
              .toArray(CompletableFuture<?>[]::new);
      CompletableFuture.allOf(starts).join();
    } finally {
      threads.shutdown();
    }
  }

  private Workload workload(String name) {
    return Objects.requireNonNull(workloads.get(name), name);
  }

  private WorkloadContainer started(GenericContainer<?> container, Workload workload) {
    var replica = new WorkloadContainer(container, servicePort(workload), healthCheck(workload));
    running.add(replica);
    var log = new StringBuffer(); // not replica.log(), which fails after a failed start
    try {
      container.withLogConsumer(line -> log.append(line.getUtf8String())).start();
    } catch (ContainerLaunchException failure) {
      throw new AssertionError(workload.name() + " did not start, its log:\n" + log, failure);
    }
    return replica;
  }

  private GenericContainer<?> container(Workload workload) {
    var arguments = list(workload.container().at("/args"), JsonNode::asText);
    return new GenericContainer<>(Images.of(workload))
        .withNetwork(network)
        .withEnv(workload.environment(secrets))
        .withCommand(arguments.toArray(String[]::new))
        .withExposedPorts(servicePort(workload))
        .withCreateContainerCmdModifier(create -> restrict(create, workload))
        .waitingFor(Wait.forSuccessfulCommand(healthCheck(workload)).withStartupTimeout(READY));
  }

  /** Returns the readiness probe as a command inside the container. */
  private static String healthCheck(Workload workload) {
    var probe = workload.container().at("/readinessProbe");
    return probe.has("exec")
        ? String.join(" ", list(probe.at("/exec/command"), JsonNode::asText))
        : "/app/healthy " + (probe.has("grpc") ? "grpc " : "http ") + servicePort(workload);
  }

  private static int servicePort(Workload workload) {
    return workload.ports().findFirst().orElseThrow().at("/containerPort").asInt();
  }

  private static void restrict(CreateContainerCmd create, Workload workload) {
    var host = Objects.requireNonNull(create.getHostConfig());
    host.withMemory(workload.memoryLimit())
        .withMemorySwap(workload.memoryLimit())
        .withReadonlyRootfs(true)
        .withCapDrop(Capability.ALL)
        .withSecurityOpts(List.of("no-new-privileges:true"));
    var user = workload.pod().at("/securityContext/runAsUser");
    if (!user.isMissingNode()) {
      create.withUser(user.asText());
    }
    var claimed =
        list(workload.object().at("/spec/volumeClaimTemplates"), c -> c.at("/metadata/name"));
    var temporary = new HashMap<String, String>();
    for (var mount : list(workload.container().at("/volumeMounts"), m -> m)) {
      var path = mount.at("/mountPath").asText();
      if (claimed.contains(mount.at("/name"))) {
        create.withVolumes(new Volume(path)); // anonymous, removed with its container
      } else {
        temporary.put(path, "mode=1777");
      }
    }
    host.withTmpFs(temporary);
  }

  private static <E> List<E> list(JsonNode array, Function<JsonNode, E> element) {
    var elements = new ArrayList<E>();
    array.forEach(each -> elements.add(element.apply(each)));
    return elements;
  }

  @Override
  public void close() {
    running.parallelStream().forEach(WorkloadContainer::close);
    network.close();
  }
}
