package dev.bookmarket.systemtests;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The README's first command, in a fresh copy of the project that nobody has built, with a copy of
 * the user's Maven repository that lacks what only tests need.
 */
final class RunCommand implements AutoCloseable {
  /** Where a started shop listens. */
  record ShopPorts(int marketplace, int recommendations, int orders, int greeter) {
    /** Four that are free. */
    static ShopPorts free() {
      return new ShopPorts(Ports.free(), Ports.free(), Ports.free(), Ports.free());
    }
  }

  /** The libraries that only tests need, as folders of a Maven repository. */
  private static final List<String> TEST_LIBRARIES =
      List.of(
          "org/junit",
          "org/assertj",
          "org/jsoup",
          "org/testcontainers",
          "org/opentest4j",
          "net/jqwik",
          "com/tngtech/archunit",
          "com/microsoft/playwright");

  private final Path copy;
  private final Path repository;
  private final Path orders;

  private RunCommand(Path folder) {
    copy = folder.resolve("copy");
    repository = folder.resolve("repository");
    orders = folder.resolve("orders.db");
  }

  /** Makes the copies in that folder. */
  static RunCommand in(Path folder) throws IOException {
    var command = new RunCommand(folder);
    copyTree(
        ProcessUnderTest.ROOT,
        command.copy,
        path -> List.of("target", ".git").contains(String.valueOf(path.getFileName())),
        Files::copy);
    var user = Path.of(System.getProperty("user.home"), ".m2", "repository");
    copyTree(
        Path.of(System.getProperty("maven.repo.local", user.toString())),
        command.repository,
        RunCommand::isTestLibrary,
        (file, link) -> Files.createSymbolicLink(link, file));
    return command;
  }

  /** Runs it; does not wait for anything. */
  ProcessUnderTest start(ShopPorts ports) {
    return ProcessUnderTest.start(
        "mvnw-run",
        new ProcessBuilder("./mvnw", "-Prun", "-Dmaven.repo.local=" + repository)
            .directory(copy.toFile()),
        Map.of(
            "JAVA_HOME",
            System.getProperty("java.home"),
            "MARKETPLACE_PORT",
            String.valueOf(ports.marketplace()),
            "RECOMMENDATIONS_PORT",
            String.valueOf(ports.recommendations()),
            "ORDERS_PORT",
            String.valueOf(ports.orders()),
            "GREETER_PORT",
            String.valueOf(ports.greeter()),
            "ORDERS_DB",
            orders.toString()));
  }

  /** Runs it, and waits until the shop is open. */
  ProcessUnderTest open(ShopPorts ports) {
    var maven = start(ports);
    try {
      maven.awaitLog("Bookmarket is open at http://localhost:" + ports.marketplace() + "$");
      return maven;
    } catch (AssertionError failure) {
      maven.close();
      throw failure;
    }
  }

  /** The file that the shop keeps its orders in. */
  Path orders() {
    return orders;
  }

  /** Whether Maven has fetched a library since that only tests need. */
  boolean hasATestLibrary() throws IOException {
    try (var files = Files.walk(repository)) {
      return files.anyMatch(RunCommand::isTestLibrary);
    }
  }

  /** Deletes the links: JUnit would warn of each one that leads out of its folder. */
  @Override
  public void close() throws IOException {
    try (var files = Files.walk(repository)) {
      for (var link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
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
