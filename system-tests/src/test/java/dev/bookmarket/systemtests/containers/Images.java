package dev.bookmarket.systemtests.containers;

import dev.bookmarket.systemtests.k8s.Output;
import dev.bookmarket.systemtests.k8s.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The images of this project, built as a user builds them. */
final class Images {
  /** The folder of the project. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Enough for a machine that has to fetch every library first. */
  private static final Duration BUILD = Duration.ofMinutes(10);

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
                      ROOT.toString()),
                  BUILD)
              .orFail();
        }
      }
    }
    return workload.image();
  }
}
