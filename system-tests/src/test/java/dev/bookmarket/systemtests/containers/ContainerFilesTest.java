package dev.bookmarket.systemtests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Dockerfile and the Compose files as texts, without a container engine. */
class ContainerFilesTest {
  private static final Path PROJECT = Path.of("..");
  private static final Pattern FROM = Pattern.compile("(?m)^FROM (\\S+)");
  private static final Pattern STAGE = Pattern.compile("(?m)^FROM \\S+ AS (\\S+)$");
  private static final Pattern IMAGE = Pattern.compile("(?m)^ +image: (\\S+)$");

  /** With several registries, Podman rejects a short name as ambiguous. */
  @Test
  void third_party_images_have_a_registry() throws IOException {
    var images = new ArrayList<>(all(FROM, "Dockerfile"));
    images.removeAll(all(STAGE, "Dockerfile"));
    images.addAll(all(IMAGE, "docker-compose.yml"));

    assertThat(images)
        .hasSizeGreaterThan(5)
        .allMatch(image -> image.matches("bookmarket/.+|[^/]+\\.[^/]+/.+"));
  }

  private static List<String> all(Pattern pattern, String file) throws IOException {
    return pattern
        .matcher(Files.readString(PROJECT.resolve(file)))
        .results()
        .map(found -> found.group(1))
        .toList();
  }
}
