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
  /** A copy of the project whose files only their owner can read. */
  static final Path CHECKOUT = checkOut();

  /** Long enough for a machine that first has to download all libraries. */
  private static final Duration BUILD = Duration.ofMinutes(30);

  private static final Set<String> built = ConcurrentHashMap.newKeySet();

  private Images() {}

  /** Returns the image of a workload. Builds it, once in this JVM, if it is ours. */
  static String of(Workload workload) {
    if (workload.isOurs()) {
      synchronized (Images.class) { // sequential builds are faster: they share most stages
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
