package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the commands of the README that need no tests, in a new copy of the project. */
class RunCommandTest {
  private static final Duration BUILD_TIMEOUT = Duration.ofMinutes(10);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static RunCommand command;

  @BeforeAll
  static void copyProject() throws IOException {
    command = RunCommand.in(folder);
  }

  @AfterAll
  static void deleteLinks() throws IOException {
    command.close();
  }

  @Test
  void starts_the_shop_without_test_libraries_and_stops_all_processes() throws IOException {
    var ports = Processes.freePorts();
    try (var maven = command.open(ports)) {
      var visitor = Visitor.of(port(ports, "MARKETPLACE_PORT"));
      Polling.within(TwoServices.RECOVERY, () -> HomePage.assertComplete(visitor.get("/")));
      var children = maven.children();

      maven.terminate();
      maven.awaitEnd(STOP_TIMEOUT);

      assertThat(maven.log()).filteredOn(line -> line.contains("is open at")).hasSize(1);
      assertThat(maven.log())
          .noneMatch(line -> line.contains("ERROR") || line.contains("Exception"));
      assertThat(children).noneMatch(ProcessHandle::isAlive);
      assertThat(ports.keySet())
          .allMatch(variable -> Ports.canListenOn("127.0.0.1", port(ports, variable)));
      assertThat(command.orders()).exists();
    }
    assertThat(command.hasTestDependencies()).isFalse();
  }

  @Test
  void starts_the_shop_with_tls_after_the_command_for_certificates() throws Exception {
    try (var maven = command.run(Map.of(), "-o", "-DskipTests", "-Pcertificates")) {
      assertThat(maven.awaitEnd(BUILD_TIMEOUT)).as("%s", maven.log()).isZero();
    }
    var ports = Processes.freePorts();
    try (var maven = command.run(ports, "-Prun", "-Dtls")) {
      maven.awaitLog("Bookmarket is open at ");
      var visitor = Visitor.of(port(ports, "MARKETPLACE_PORT"));
      Polling.within(TwoServices.RECOVERY, () -> HomePage.assertComplete(visitor.get("/")));

      for (var service : List.of("RECOMMENDATIONS", "ORDERS", "GREETER")) {
        var plaintext =
            Grpc.newChannelBuilderForAddress(
                    "127.0.0.1",
                    port(ports, service + "_PORT"),
                    InsecureChannelCredentials.create())
                .build();
        try {
          assertThatThrownBy(
                  () ->
                      HealthGrpc.newBlockingStub(plaintext)
                          .check(HealthCheckRequest.getDefaultInstance()))
              .hasMessageStartingWith("UNAVAILABLE");
        } finally {
          plaintext.shutdownNow();
        }
      }
      assertThat(maven.log())
          .filteredOn(line -> line.contains("it does not use TLS"))
          .hasSizeGreaterThanOrEqualTo(3);
    }
  }

  /** Builds offline, so that the build fails if it resolves a test library. */
  @Test
  @Tag("build")
  void package_with_skipTests_neither_compiles_tests_nor_resolves_their_libraries()
      throws IOException {
    // The compile-time checks take most of the time of a build, and do not depend on the tests.
    try (var maven = command.run(Map.of(), "-o", "package", "-DskipTests", "-P!checks")) {
      assertThat(maven.awaitEnd(BUILD_TIMEOUT)).as("%s", maven.log()).isZero();
    }
    assertThat(command.hasTestClasses()).isFalse();
  }

  @Test
  void reports_a_taken_port_in_one_line() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      var ports = new HashMap<>(Processes.freePorts());
      ports.put("MARKETPLACE_PORT", String.valueOf(taken.getLocalPort()));
      try (var maven = command.start(ports)) {
        assertThat(maven.awaitEnd()).isEqualTo(1);
        assertThat(maven.log())
            .filteredOn(line -> line.contains("port " + taken.getLocalPort() + " is taken"))
            .singleElement()
            .asString()
            .contains("MARKETPLACE_PORT");
        assertThat(maven.log())
            .noneMatch(line -> line.contains("BUILD FAILURE") || line.contains("Help 1"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MAVEN_OPTS, '', Serial",
    "MAVEN_OPTS, -XX:+UseG1GC, G1",
    "MAVEN_OPTS, -XX:+UseParallelGC, Parallel",
    "JAVA_TOOL_OPTIONS, -XX:+UseG1GC, G1",
    "JAVA_TOOL_OPTIONS, -XX:+UseSerialGC, Serial"
  })
  void maven_uses_the_garbage_collector_that_the_user_chooses(
      String variable, String option, String collector) {
    try (var maven = command.run(Map.of(variable, "-Xlog:gc " + option), "--version")) {
      assertThat(maven.awaitEnd()).as("%s", maven.log()).isZero();
      assertThat(maven.log()).anyMatch(line -> line.endsWith("Using " + collector));
    }
  }

  @Test
  void maven_starts_on_a_jdk_that_lacks_an_option_of_the_project() {
    try (var maven = command.run(Map.of("MAVEN_OPTS", "-XX:+OptionOfAnotherJdk"), "--version")) {
      assertThat(maven.awaitEnd()).as("%s", maven.log()).isZero();
    }
  }

  private static int port(Map<String, String> ports, String variable) {
    return Integer.parseInt(Objects.requireNonNull(ports.get(variable)));
  }
}
