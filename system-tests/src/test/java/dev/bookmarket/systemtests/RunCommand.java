package dev.bookmarket.systemtests;

import dev.bookmarket.runtime.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the commands of the README in a copy of the project without build output, with a copy of the
 * user's Maven repository without the artifacts that only tests need.
 */
final class RunCommand implements AutoCloseable {
  /** The folders of a Maven repository with artifacts that only tests and checks need. */
  private static final List<String> FOR_TESTS =
      List.of(
          "org/junit",
          "org/assertj",
          "org/jsoup",
          "org/testcontainers",
          "org/opentest4j",
          "io/fabric8",
          "io/grpc/grpc-inprocess",
          "net/jqwik",
          "com/tngtech/archunit",
          "com/microsoft/playwright",
          "com/deque",
          "build/buf",
          "kr/motd/maven",
          "org/apache/maven/plugins/maven-antrun-plugin");

  private final Path copy;
  private final Path repository;
  private final Path orders;

  private RunCommand(Path folder) {
    copy = folder.resolve("copy");
    repository = folder.resolve("repository");
    orders = folder.resolve("orders.db");
  }

  /** Copies the project and the local repository into the folder. */
  static RunCommand in(Path folder) throws IOException {
    var command = new RunCommand(folder);
    ProjectCopy.into(command.copy);
    ProjectCopy.copyTree(
        ProjectCopy.REPOSITORY,
        command.repository,
        RunCommand::isForTests,
        (file, link) -> Files.createSymbolicLink(link, file));
    return command;
  }

  /** Runs the command on these ports, by their variables, without waiting. */
  ProcessUnderTest start(Map<String, String> ports) {
    return run(ports, "-Prun");
  }

  /** Runs the Maven wrapper with variables and arguments, without waiting. */
  ProcessUnderTest run(Map<String, String> variables, String... arguments) {
    var all = new HashMap<>(variables);
    all.put("JAVA_HOME", System.getProperty("java.home"));
    all.put("ORDERS_DB", orders.toString());
    all.putIfAbsent("ADMIN_PORT", "0");
    all.putIfAbsent("MAVEN_OPTS", String.join(" ", ChildProcess.localeOptions()));
    var line = new ArrayList<>(List.of("./mvnw", "-Dmaven.repo.local=" + repository));
    line.addAll(List.of(arguments));
    return ProcessUnderTest.start("mvnw", new ProcessBuilder(line).directory(copy.toFile()), all);
  }

  /** Runs the command and waits until the shop is ready. */
  ProcessUnderTest open(Map<String, String> ports) {
    var maven = start(ports);
    try {
      maven.awaitLog(
          "Bookmarket is open at http://localhost:" + ports.get("MARKETPLACE_PORT") + "$");
      return maven;
    } catch (AssertionError failure) {
      maven.close();
      throw failure;
    }
  }

  /** Returns the file in which the shop stores its orders. */
  Path orders() {
    return orders;
  }

  /** Returns whether Maven has downloaded artifacts that only tests need. */
  boolean hasTestDependencies() throws IOException {
    try (var files = Files.walk(repository)) {
      return files.anyMatch(RunCommand::isForTests);
    }
  }

  /** Returns whether Maven has compiled tests. */
  boolean hasTestClasses() throws IOException {
    try (var files = Files.walk(copy)) {
      return files.anyMatch(file -> file.endsWith("test-classes"));
    }
  }

  /** Deletes the links, because JUnit warns about links that lead out of its folder. */
  @Override
  public void close() throws IOException {
    try (var files = Files.walk(repository)) {
      for (var link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  private static boolean isForTests(Path file) {
    return file.toString().matches(".*\\.(jar|exe)")
        && FOR_TESTS.stream().anyMatch(folder -> file.toString().contains("/" + folder + "/"));
  }
}
