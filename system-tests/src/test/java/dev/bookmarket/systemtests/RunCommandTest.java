package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, in a fresh copy of the project. */
class RunCommandTest {
  /** The libraries that only tests need, as folders of a Maven repository. */
  private static final List<String> TEST_LIBRARIES =
      List.of(
          "org/junit",
          "org/assertj",
          "org/jsoup",
          "org/testcontainers",
          "org/opentest4j",
          "com/tngtech/archunit",
          "com/microsoft/playwright");

  private static final Duration STOP_BOUND = Duration.ofSeconds(20);

  @TempDir private static Path copy;
  @TempDir private static Path repository;
  @TempDir private static Path data;

  @BeforeAll
  static void copyProject() throws IOException {
    copyTree(
        ProcessUnderTest.ROOT,
        copy,
        path -> List.of("target", ".git").contains(String.valueOf(path.getFileName())),
        Files::copy);
    var user = Path.of(System.getProperty("user.home"), ".m2", "repository");
    copyTree(
        Path.of(System.getProperty("maven.repo.local", user.toString())),
        repository,
        RunCommandTest::isTestLibrary,
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
      assertThat(files).noneMatch(RunCommandTest::isTestLibrary);
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

  private static boolean isTestLibrary(Path file) {
    return file.toString().endsWith(".jar")
        && TEST_LIBRARIES.stream().anyMatch(folder -> file.toString().contains("/" + folder + "/"));
  }

  private interface Copying {
    Object copy(Path from, Path to) throws IOException;
  }

  /** Copies all files and folders but those to skip. */
  private static void copyTree(Path from, Path to, Predicate<Path> skipped, Copying copying)
      throws IOException {
    FileVisitor<Path> copier =
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (skipped.test(folder)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!skipped.test(file)) {
              copying.copy(file, to.resolve(from.relativize(file)));
            }
            return FileVisitResult.CONTINUE;
          }
        };
    Files.walkFileTree(from, copier);
  }
}
