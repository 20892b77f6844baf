package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build in a new copy of the project that skips the tests by another variable than skipTests. */
@Tag("build")
class BuildWithoutTestsTest {
  private static final Duration BUILD_TIMEOUT = Duration.ofMinutes(15);

  @TempDir private Path folder;

  @Test
  void builds_all_modules_with_maven_test_skip() throws IOException {
    var project = ProjectCopy.into(folder);

    // The compile-time checks take most of the time of a build, and do not depend on the tests.
    try (var maven =
        project.start(
            "mvnw-test-skip",
            Map.of(),
            "./mvnw",
            "-q",
            "package",
            "-Dmaven.test.skip=true",
            "-P!checks")) {
      assertThat(maven.awaitEnd(BUILD_TIMEOUT)).as("%s", maven.log()).isZero();
    }
  }
}
