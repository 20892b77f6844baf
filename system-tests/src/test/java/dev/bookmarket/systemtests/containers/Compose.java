package dev.bookmarket.systemtests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.Ports;
import dev.bookmarket.systemtests.k8s.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The shop as {@code docker-compose.yml} brings it up, under a project name and a port of its own:
 * by Compose v2 where the engine's client has it, by docker-compose otherwise.
 */
final class Compose implements AutoCloseable {
  /** Enough for a machine that has to fetch every library first. */
  private static final Duration BOUND = Duration.ofMinutes(30);

  private final String project = "bookmarket-" + UUID.randomUUID().toString().substring(0, 8);
  private final int port = Ports.free();
  private final List<String> command = new ArrayList<>();

  Compose() {
    command.addAll(List.of("env", "MARKETPLACE_PORT=" + port));
    var two = Output.of(List.of("docker", "compose", "version")).exitCode() == 0;
    command.addAll(two ? List.of("docker", "compose") : List.of("docker-compose"));
    command.addAll(
        List.of("--project-directory", Images.CHECKOUT.toString(), "--project-name", project));
    command.addAll(List.of("--file", Images.CHECKOUT.resolve("docker-compose.yml").toString()));
  }

  /** The port of the page. */
  int port() {
    return port;
  }

  /** Runs a subcommand, and returns what it printed; fails where it does. */
  String run(String... arguments) {
    var whole = new ArrayList<>(command);
    whole.addAll(List.of(arguments));
    return Output.of(whole, BOUND).orFail();
  }

  /** The containers of a service. */
  List<String> containers(String service) {
    return run("ps", "--quiet", service).lines().filter(line -> !line.isBlank()).toList();
  }

  /** What the engine knows of a container, by a template such as <code>{{.State.Status}}</code>. */
  static String inspect(String container, String template) {
    return Output.of(List.of("docker", "inspect", "--format", template, container))
        .orFail()
        .strip();
  }

  /** How many bytes a container has received over its network so far. */
  static long bytesReceived(String container) {
    var interfaces =
        Output.of(List.of("docker", "exec", container, "cat", "/proc/net/dev")).orFail();
    var received =
        interfaces
            .lines()
            .map(line -> line.strip().split("[:\\s]+"))
            .filter(fields -> fields[0].startsWith("eth"))
            .mapToLong(fields -> Long.parseLong(fields[1]))
            .sum();
    assertThat(received).as(interfaces).isPositive();
    return received;
  }

  @Override
  public void close() {
    run("down", "--volumes", "--timeout", "1");
  }
}
