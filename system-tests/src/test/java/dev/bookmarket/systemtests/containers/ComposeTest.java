package dev.bookmarket.systemtests.containers;

import static dev.bookmarket.systemtests.HomePage.assertComplete;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.HomePage;
import dev.bookmarket.systemtests.Load;
import dev.bookmarket.systemtests.Polling;
import dev.bookmarket.systemtests.Visitor;
import dev.bookmarket.systemtests.k8s.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The shop on one machine, started with the README's command. */
@TestsImages
@ResourceLock(Load.LOCK)
class ComposeTest {
  /** The maximum time until all containers are healthy, on a busy machine. */
  private static final Duration START = Duration.ofMinutes(5);

  private static Compose compose;

  @BeforeAll
  static void start() {
    compose = new Compose("docker-compose.yml");
    compose.run("up", "--build", "--detach");
  }

  @AfterAll
  static void stop() {
    compose.close();
  }

  @Test
  void serves_the_home_page() {
    var visitor = Visitor.of(compose.port());
    Polling.within(START, () -> assertThat(visitor.get("/readyz").status()).isEqualTo(200));
    assertComplete(visitor.open("/"));
  }

  @Test
  void runs_the_same_workloads_as_the_cluster_and_all_become_healthy() {
    assertThat(compose.services())
        .containsExactlyInAnyOrderElementsOf(Workload.all().stream().map(Workload::name).toList());
    for (var workload : Workload.all()) {
      Polling.within(
          START,
          () ->
              assertThat(compose.containers(workload.name()))
                  .as(workload.name())
                  .singleElement()
                  .satisfies(
                      container ->
                          assertThat(Compose.inspect(container, "{{.State.Health.Status}}"))
                              .isEqualTo("healthy")));
    }
  }

  @Test
  void runs_the_same_images_as_the_cluster_with_the_same_limits_and_restrictions() {
    for (var workload : Workload.all()) {
      var container = compose.containers(workload.name()).get(0);
      assertThat(Compose.inspect(container, "{{.Config.Image}}")).isEqualTo(workload.image());
      assertThat(Compose.inspect(container, "{{.HostConfig.Memory}}"))
          .isEqualTo(String.valueOf(workload.memoryLimit()));
      assertThat(Compose.inspect(container, "{{.HostConfig.ReadonlyRootfs}}")).isEqualTo("true");
      assertThat(Compose.inspect(container, "{{.HostConfig.CapDrop}}")).isEqualTo("[ALL]");
      assertThat(Compose.inspect(container, "{{.HostConfig.RestartPolicy.Name}}"))
          .isEqualTo("unless-stopped");
    }
  }

  @Test
  void publishes_only_the_port_of_the_marketplace() {
    for (var workload : Workload.all()) {
      var container = compose.containers(workload.name()).get(0);
      assertThat(Compose.inspect(container, "{{len .HostConfig.PortBindings}}"))
          .as(workload.name())
          .isEqualTo(workload.name().equals(ShopInContainers.FRONT) ? "1" : "0");
    }
  }

  @Test
  void does_not_log_that_the_backend_of_another_profile_is_absent() {
    var visitor = Visitor.of(compose.port());
    Polling.throughout(
        Duration.ofSeconds(20), Duration.ofSeconds(1), () -> assertComplete(visitor.open("/")));

    assertThat(compose.run("logs", "--no-color")).doesNotContain("cannot be exported");
  }

  @Test
  void the_profile_observability_adds_one_backend_and_is_valid() {
    var services = compose.run("--profile", "observability", "config", "--services").lines();
    var expected =
        Workload.all().stream().map(Workload::name).collect(toCollection(ArrayList::new));
    expected.add("lgtm");

    assertThat(services).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void distributes_calls_to_added_replicas() {
    compose.run("up", "--detach", "--no-recreate", "--scale", "recommendations=3");
    try (var load = Load.on(compose.port(), HomePage::assertComplete)) {
      Polling.within(
          Duration.ofMinutes(2),
          () -> {
            var replicas = compose.containers("recommendations");
            assertThat(replicas).hasSize(3);
            var before = replicas.stream().mapToLong(Compose::bytesReceived).toArray();
            load.awaitVisits(100);
            var received = replicas.stream().mapToLong(Compose::bytesReceived).toArray();
            Arrays.setAll(received, i -> received[i] - before[i]);
            Arrays.sort(received);
            // An idle replica receives only pings; one with a third of the calls receives far more.
            assertThat(received[0]).isGreaterThan(received[2] / 2);
          });
    } finally {
      compose.run("up", "--detach", "--no-recreate", "--scale", "recommendations=1");
    }
  }
}
