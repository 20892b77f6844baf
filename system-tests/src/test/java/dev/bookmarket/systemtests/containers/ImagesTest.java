package dev.bookmarket.systemtests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.Needs;
import dev.bookmarket.systemtests.Tool;
import dev.bookmarket.systemtests.k8s.Output;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each image by itself. */
@Needs({Tool.DOCKER, Tool.KUBECTL})
class ImagesTest {
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  private static ShopInContainers shop;

  @BeforeAll
  static void open() {
    shop = ShopInContainers.open();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void starts_from_the_cache_that_its_build_has_trained(String service) {
    // With this option a JVM that refuses the cache ends, rather than doing without.
    try (var replica = shop.startAside(service, "-XX:AOTMode=on")) {
      assertThat(replica.isRunning()).isTrue();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void would_not_start_from_the_cache_of_another_jvm(String service) {
    // What the test above relies on; another alignment of objects makes another JVM of it.
    var options = "JDK_JAVA_OPTIONS=-XX:AOTMode=on -XX:ObjectAlignmentInBytes=16";
    var image = shop.newest(service).config().getImage();
    var refused = Output.of(List.of("docker", "run", "--rm", "--env", options, image, "--help"));
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.text()).contains("error has occurred while processing the AOT cache");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void holds_no_source_and_no_build_tool(String service) {
    var found =
        shop.newest(service)
            .output(
                "bash",
                "-c",
                "for tool in javac jshell mvn git gcc; do command -v $tool || true; done;"
                    + " find / -xdev \\( -name '*.java' -o -name 'pom.xml' -o -name '*.proto'"
                    + " -o -name 'mvnw' -o -name '.m2' \\) -print 2>/dev/null || true");
    assertThat(found).isBlank();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void runs_as_a_user_that_has_a_number_and_no_rights(String service) {
    assertThat(shop.newest(service).output("id", "-u").strip()).isEqualTo("10001");
    assertThat(shop.newest(service).config().getUser()).matches("[1-9][0-9]*:[1-9][0-9]*");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void is_labelled(String service) {
    assertThat(shop.newest(service).config().getLabels())
        .containsEntry("org.opencontainers.image.title", "Bookmarket: " + service)
        .containsKeys("org.opencontainers.image.description", "org.opencontainers.image.licenses");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void asks_for_its_health_with_less_than_ten_mebibytes(String service) {
    var peak =
        shop.newest(service)
            .output(
                "bash",
                "-c",
                "trap 'cat /proc/$$/status' EXIT; . " + shop.newest(service).healthCheck());
    var kibibytes = PEAK.matcher(peak).results().map(match -> match.group(1)).findFirst();
    assertThat(kibibytes.map(Integer::parseInt).orElseThrow()).isBetween(500, 10 * 1024);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void stops_on_sigterm_within_its_drain_time(String service) {
    try (var replica = shop.startAside(service, "")) {
      replica.terminate();
      replica.awaitEnd(Duration.ofSeconds(9)); // a drain of 5, with nothing to finish
      assertThat(replica.exitCode()).isEqualTo(143);
    }
  }

  static List<String> services() {
    return ShopInContainers.services();
  }
}
