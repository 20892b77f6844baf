package dev.bookmarket.systemtests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.Ports;
import dev.bookmarket.systemtests.k8s.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The shop as started by Compose files, with a unique project name and a free port. Uses Compose v2
 * if it is installed, and docker-compose otherwise.
 */
final class Compose implements AutoCloseable {
  /** Long enough for a machine that first has to download all libraries. */
  private static final Duration BOUND = Duration.ofMinutes(30);

  private final String project = "bookmarket-" + UUID.randomUUID().toString().substring(0, 8);
  private final int port = Ports.free();
  private final List<String> command = new ArrayList<>();

  /** Prepares the commands for these Compose files of the project, of which later ones override. */
  Compose(String... files) {
    command.addAll(List.of("env", "MARKETPLACE_PORT=" + port));
    var isV2 = Output.of(List.of("docker", "compose", "version")).exitCode() == 0;
    command.addAll(isV2 ? List.of("docker", "compose") : List.of("docker-compose"));
    command.addAll(
        List.of("--project-directory", Images.CHECKOUT.toString(), "--project-name", project));
    for (var file : files) {
      command.addAll(List.of("--file", Images.CHECKOUT.resolve(file).toString()));
    }
  }

  /** Returns the port of the marketplace. */
  int port() {
    return port;
  }

  /** Runs a subcommand and returns its output; throws an AssertionError if it fails. */
  String run(String... arguments) {
    var whole = new ArrayList<>(command);
    whole.addAll(List.of(arguments));
    return Output.of(whole, BOUND).orFail();
  }

  /** Returns the names of the services that have containers. */
  List<String> services() {
    var label = "com.docker.compose.";
    return Output.of(
            List.of(
                "docker",
                "ps",
                "--all",
                "--filter=label=" + label + "project=" + project,
                "--format={{.Label \"" + label + "service\"}}"))
        .orFail()
        .lines()
        .distinct()
        .toList();
  }

  /** Returns the ids of the containers of a service. */
  List<String> containers(String service) {
    return run("ps", "--quiet", service).lines().filter(line -> !line.isBlank()).toList();
  }

  /** Inspects a container with a template such as <code>{{.State.Status}}</code>. */
  static String inspect(String container, String template) {
    return Output.of(List.of("docker", "inspect", "--format", template, container))
        .orFail()
        .strip();
  }

  /** Returns how many bytes a container has received over its network so far. */
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
