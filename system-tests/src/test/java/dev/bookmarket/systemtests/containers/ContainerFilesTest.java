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
  private static final Pattern BIND_MOUNT = Pattern.compile("(?m)^ +- (\\./\\S+)$");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)");

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

  @Test
  void hosts_with_selinux_let_containers_read_bind_mounts() throws IOException {
    assertThat(all(BIND_MOUNT, "docker-compose.yml"))
        .isNotEmpty()
        .allMatch(mount -> mount.endsWith(":ro,z"));
    // docker-compose 1.29 rejects a label in the long form, which docker-compose.tls.yml uses.
    assertThat(read("docs/tls.md")).contains("chcon -R -t container_file_t certificates");
  }

  @Test
  void the_readme_names_every_variable_of_compose() throws IOException {
    var chapters = read("README.md").replaceFirst("(?s).*\n## In containers\n", "");

    assertThat(all(VARIABLE, "docker-compose.yml"))
        .contains("MARKETPLACE_PORT", "GRAFANA_PORT")
        .allMatch(chapters::contains);
  }

  @Test
  void a_build_can_use_the_settings_of_maven() throws IOException {
    assertThat(read("Dockerfile")).contains("--mount=type=secret,id=maven-settings \\");
    assertThat(read("README.md")).contains("--secret id=maven-settings,src=");
  }

  private static List<String> all(Pattern pattern, String file) throws IOException {
    return pattern.matcher(read(file)).results().map(found -> found.group(1)).toList();
  }

  private static String read(String file) throws IOException {
    return Files.readString(PROJECT.resolve(file));
  }
}
