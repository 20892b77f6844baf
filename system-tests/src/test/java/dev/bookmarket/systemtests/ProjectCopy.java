package dev.bookmarket.systemtests;

import dev.bookmarket.runtime.ChildProcess;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A copy of the project without build output and private keys. Builds in the copy use the local
 * repository and the settings of the build that runs this test.
 */
public record ProjectCopy(Path folder) {
  /** The local repository of the build that runs this test. */
  static final Path REPOSITORY = Path.of(System.getProperty("build.repository"));

  private static final String MAVEN_CONFIG = ".mvn/maven.config";

  /** The folders with private keys that {@code -Pcertificates} writes. */
  private static final List<Path> KEYS =
      List.of(
          ProcessUnderTest.ROOT.resolve("certificates"),
          ProcessUnderTest.ROOT.resolve("k8s/overlays/tls/certificates"));

  /** Copies one file. */
  interface FileCopier {
    Object copy(Path from, Path to) throws IOException;
  }

  /** Copies the project into an empty folder. */
  public static ProjectCopy into(Path folder) throws IOException {
    copyTree(
        ProcessUnderTest.ROOT,
        folder,
        path ->
            List.of("target", ".git").contains(String.valueOf(path.getFileName()))
                || KEYS.contains(path),
        Files::copy);
    var options = new ArrayList<>(Files.readAllLines(folder.resolve(MAVEN_CONFIG)));
    options.add("-Dmaven.repo.local=" + REPOSITORY);
    for (var option : List.of("settings", "global-settings")) {
      var file = System.getProperty("build." + option, "");
      if (Files.isRegularFile(Path.of(file))) {
        options.add("--" + option + "=" + file);
      }
    }
    Files.write(folder.resolve(MAVEN_CONFIG), options);
    return new ProjectCopy(folder);
  }

  /**
   * Starts a command in the copy, with these variables. Maven runs offline, because the build of
   * the project has resolved all artifacts, and uses the JDK of this test.
   */
  ProcessUnderTest start(String name, Map<String, String> variables, String... command) {
    var all = new HashMap<>(variables);
    all.put("JAVA_HOME", System.getProperty("java.home"));
    all.put("MAVEN_ARGS", "-o");
    all.put("MAVEN_OPTS", String.join(" ", ChildProcess.localeOptions()));
    return ProcessUnderTest.start(
        name, new ProcessBuilder(command).directory(folder.toFile()), all);
  }

  /**
   * Copies all files and folders, except the skipped ones and files that are deleted meanwhile: a
   * JVM in the folder creates and deletes one for each jcmd.
   */
  static void copyTree(Path from, Path to, Predicate<Path> skipped, FileCopier copier)
      throws IOException {
    FileVisitor<Path> visitor =
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
            try {
              if (!skipped.test(file)) {
                copier.copy(file, to.resolve(from.relativize(file)));
              }
              return FileVisitResult.CONTINUE;
            } catch (NoSuchFileException e) {
              return visitFileFailed(file, e);
            }
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (!file.equals(from) && Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        };
    Files.walkFileTree(from, visitor);
  }
}
