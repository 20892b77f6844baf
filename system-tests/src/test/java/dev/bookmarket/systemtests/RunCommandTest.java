package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, in a fresh copy of the project. */
class RunCommandTest {
  /** What only tests and checks need, as folders of a Maven repository. */
  private static final List<String> FOR_TESTS =
      List.of(
          "org/junit",
          "org/assertj",
          "org/jsoup",
          "org/testcontainers",
          "org/opentest4j",
          "com/tngtech/archunit",
          "com/microsoft/playwright",
          "build/buf",
          "kr/motd/maven",
          "org/apache/maven/plugins/maven-antrun-plugin");

  private static final Duration STOP_BOUND = Duration.ofSeconds(20);

  @TempDir private static Path copy;
  @TempDir private static Path repository;
  @TempDir private static Path data;

  @BeforeAll
  static void copyProject() throws IOException {
    ProjectCopy.into(copy);
    var user = Path.of(System.getProperty("user.home"), ".m2", "repository");
    ProjectCopy.copyTree(
        Path.of(System.getProperty("maven.repo.local", user.toString())),
        repository,
        RunCommandTest::isForTests,
        (file, link) -> Files.createSymbolicLink(link, file));
  }

  /** JUnit would warn of each link that leads out of its folder. */
  @AfterAll
  static void deleteLinks() throws IOException {
    try (var files = Files.walk(repository)) {
      for (var link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  @Test
  void opens_the_shop_without_a_test_library_and_stops_it_with_everything_that_it_started()
      throws IOException {
    int port = Ports.free();
    int recommendationsPort = Ports.free();
    int ordersPort = Ports.free();
    int greeterPort = Ports.free();
    try (var maven = run(port, recommendationsPort, ordersPort, greeterPort)) {
      maven.awaitLog("Bookmarket is open at http://localhost:" + port + "$");
      var visitor = Visitor.of(port);
      Patience.within(TwoServices.RECOVERY, () -> HomePage.assertWhole(visitor.get("/")));
      var children = maven.children();

      maven.terminate();
      maven.awaitEnd(STOP_BOUND);

      assertThat(maven.log()).filteredOn(line -> line.contains("is open at")).hasSize(1);
      assertThat(maven.log())
          .noneMatch(line -> line.contains("ERROR") || line.contains("Exception"));
      assertThat(children).noneMatch(ProcessHandle::isAlive);
      assertThat(Ports.canListenOn("127.0.0.1", port)).isTrue();
      assertThat(Ports.canListenOn("127.0.0.1", recommendationsPort)).isTrue();
      assertThat(Ports.canListenOn("127.0.0.1", ordersPort)).isTrue();
      assertThat(Ports.canListenOn("127.0.0.1", greeterPort)).isTrue();
      assertThat(data.resolve("orders.db")).exists();
    }
    try (var files = Files.walk(repository)) {
      assertThat(files).noneMatch(RunCommandTest::isForTests);
    }
  }

  @Test
  void says_in_one_line_that_a_port_is_taken() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        var maven = run(taken.getLocalPort(), Ports.free(), Ports.free(), Ports.free())) {
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

  private static ProcessUnderTest run(
      int marketplacePort, int recommendationsPort, int ordersPort, int greeterPort) {
    var command =
        new ProcessBuilder("./mvnw", "-Prun", "-Dmaven.repo.local=" + repository)
            .directory(copy.toFile());
    return ProcessUnderTest.start(
        "mvnw-run",
        command,
        Map.of(
            "JAVA_HOME",
            System.getProperty("java.home"),
            "MARKETPLACE_PORT",
            String.valueOf(marketplacePort),
            "RECOMMENDATIONS_PORT",
            String.valueOf(recommendationsPort),
            "ORDERS_PORT",
            String.valueOf(ordersPort),
            "GREETER_PORT",
            String.valueOf(greeterPort),
            "ORDERS_DB",
            data.resolve("orders.db").toString()));
  }

  private static boolean isForTests(Path file) {
    return file.toString().matches(".*\\.(jar|exe)")
        && FOR_TESTS.stream().anyMatch(folder -> file.toString().contains("/" + folder + "/"));
  }
}
