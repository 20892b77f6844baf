package dev.bookmarket.systemtests.containers;

import dev.bookmarket.systemtests.ProjectCopy;
import dev.bookmarket.systemtests.k8s.Output;
import dev.bookmarket.systemtests.k8s.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The images of this project, built as a user builds them from a checkout under umask 077. */
final class Images {
  /** A copy of the project, all files of which are for their owner only. */
  static final Path CHECKOUT = checkOut();

  /** Enough for a machine that has to fetch every library first. */
  private static final Duration BUILD = Duration.ofMinutes(30);

  private static final Set<String> built = ConcurrentHashMap.newKeySet();

  private Images() {}

  /**
   * Builds the image of a workload, once in this JVM, and returns its name; only ours are built.
   */
  static String of(Workload workload) {
    if (workload.isOurs()) {
      synchronized (Images.class) { // they share most stages, so one after the other is quicker
        if (built.add(workload.image())) {
          Output.of(
                  List.of(
                      "docker",
                      "build",
                      "--quiet",
                      "--build-arg",
                      "SERVICE=" + workload.module(),
                      "--tag",
                      workload.image(),
                      CHECKOUT.toString()),
                  BUILD)
              .orFail();
        }
      }
    }
    return workload.image();
  }

  private static Path checkOut() {
    try {
      var folder = Files.createTempDirectory(Path.of("target"), "checkout").toAbsolutePath();
      ProjectCopy.into(folder);
      try (var files = Files.walk(folder)) {
        for (var file : files.toList()) {
          var permissions = Files.getPosixFilePermissions(file);
          permissions.retainAll(PosixFilePermissions.fromString("rwx------"));
          Files.setPosixFilePermissions(file, permissions);
        }
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
