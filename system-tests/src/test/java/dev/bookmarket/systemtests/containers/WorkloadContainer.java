package dev.bookmarket.systemtests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.MemoryStatsConfig;
import com.github.dockerjava.api.model.Statistics;
import dev.bookmarket.systemtests.Polling;
import dev.bookmarket.systemtests.Visitor;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.StatusRuntimeException;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.GetServersRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;

/** A running container of a workload. */
final class WorkloadContainer implements AutoCloseable {
  private static final DockerClient engine = DockerClientFactory.lazyClient();

  private final GenericContainer<?> container;
  private final int servicePort;
  private final String healthCheck;

  WorkloadContainer(GenericContainer<?> container, int servicePort, String healthCheck) {
    this.container = container;
    this.servicePort = servicePort;
    this.healthCheck = healthCheck;
  }

  /** Returns the port of this machine that is mapped to its own. */
  int port() {
    return container.getMappedPort(servicePort);
  }

  /** Returns a visitor who requests pages from it. */
  Visitor visitor() {
    return Visitor.of(port());
  }

  /** Returns the command that checks its readiness inside the container. */
  String healthCheck() {
    return healthCheck;
  }

  /** Returns its address on the network of the shop. */
  String address() {
    return inspection().getNetworkSettings().getNetworks().values().stream()
        .map(network -> Objects.requireNonNull(network.getIpAddress()))
        .findFirst()
        .orElseThrow();
  }

  void kill() {
    engine.killContainerCmd(container.getContainerId()).exec();
  }

  void terminate() {
    engine.killContainerCmd(container.getContainerId()).withSignal("TERM").exec();
  }

  /** Kills it and starts the same container again, with the same data. */
  void restart() {
    kill();
    engine.startContainerCmd(container.getContainerId()).exec();
  }

  void suspend() {
    engine.pauseContainerCmd(container.getContainerId()).exec();
  }

  void resume() {
    engine.unpauseContainerCmd(container.getContainerId()).exec();
  }

  void setCpuShares(int shares) {
    engine.updateContainerCmd(container.getContainerId()).withCpuShares(shares).exec();
  }

  void awaitExit(Duration bound) {
    Polling.within(bound, () -> assertThat(isRunning()).as("still running").isFalse());
  }

  boolean isRunning() {
    return Boolean.TRUE.equals(inspection().getState().getRunning());
  }

  /** Returns the exit code of its process. */
  long exitCode() {
    return Objects.requireNonNull(inspection().getState().getExitCodeLong());
  }

  /** Returns whether it was killed because it reached its memory limit. */
  boolean wasOutOfMemory() {
    return Boolean.TRUE.equals(inspection().getState().getOOMKilled());
  }

  /** Returns its memory without inactive files, which is the kubelet's definition. */
  long workingSetMebibytes() {
    var usages = new CompletableFuture<MemoryStatsConfig>();
    try (var callback =
        new ResultCallback.Adapter<Statistics>() {
          @Override
          public void onNext(Statistics statistics) {
            usages.complete(statistics.getMemoryStats());
          }
        }) {
      engine.statsCmd(container.getContainerId()).withNoStream(true).exec(callback);
      var memory = usages.orTimeout(30, TimeUnit.SECONDS).join();
      var stats = Objects.requireNonNull(memory.getStats());
      // cgroup versions 1 and 2 have different names for it
      var files = Objects.requireNonNullElse(stats.getTotalInactiveFile(), stats.getInactiveFile());
      return (Objects.requireNonNull(memory.getUsage()) - files) >> 20;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Returns how many calls its gRPC server has received so far, according to channelz; fails if it
   * rejects this call because it is busy.
   */
  long callsReceived() {
    var channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", port(), InsecureChannelCredentials.create())
            .build();
    try {
      return ChannelzGrpc.newBlockingStub(channel)
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .getServers(GetServersRequest.getDefaultInstance())
          .getServerList()
          .stream()
          .mapToLong(server -> server.getData().getCallsStarted())
          .sum();
    } catch (StatusRuntimeException e) {
      throw new AssertionError("no response from channelz", e);
    } finally {
      channel.shutdownNow();
    }
  }

  /** Runs a command in the container and returns its output; throws if it fails. */
  String output(String... command) {
    try {
      var result = container.execInContainer(command);
      assertThat(result.getExitCode()).as("%s%s", result.getStdout(), result.getStderr()).isZero();
      return result.getStdout();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  String log() {
    return container.getLogs();
  }

  /** Returns the configuration of its image. */
  ContainerConfig config() {
    return Objects.requireNonNull(inspection().getConfig());
  }

  private InspectContainerResponse inspection() {
    return engine.inspectContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void close() {
    container.stop();
  }
}
