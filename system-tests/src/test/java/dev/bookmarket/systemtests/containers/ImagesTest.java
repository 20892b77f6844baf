package dev.bookmarket.systemtests.containers;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.k8s.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of each image on its own. */
@TestsImages
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
  void starts_with_the_aot_cache_from_its_build(String service) {
    // With this option, a JVM that rejects the cache exits instead of starting without it.
    try (var replica = shop.startWithoutAlias(service, "-XX:AOTMode=on")) {
      assertThat(replica.isRunning()).isTrue();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void exits_if_the_aot_cache_is_from_another_jvm(String service) {
    // The test above depends on this. Another object alignment makes the cache invalid.
    var options = "JDK_JAVA_OPTIONS=-XX:AOTMode=on -XX:ObjectAlignmentInBytes=16";
    var image = shop.newest(service).config().getImage();
    var run = Output.of(List.of("docker", "run", "--rm", "--env", options, image, "--help"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.text()).contains("error has occurred while processing the AOT cache");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void avoids_the_options_that_are_faulty_in_jdk_25(String service) {
    var image = shop.newest(service).config().getImage();
    var options = "JAVA_TOOL_OPTIONS=-XX:+PrintFlagsFinal";
    var run = Output.of(List.of("docker", "run", "--rm", "--env", options, image, "--help"));
    var flags = run.orFail();
    // JDK-8388703: code in the cache for another processor.
    assertThat(flags).containsPattern("\\bAOTAdapterCaching += false\\b");
    // JDK-8380060: corrupt copies of arrays with C2 and compact object headers.
    var c2 = Pattern.compile("\\bTieredStopAtLevel += 4\\b").matcher(flags).find();
    assertThat(flags).containsPattern("\\bUseCompactObjectHeaders += " + !c2 + "\\b");
  }

  /**
   * If the check connected to the closed port 50052, the kernel would select 50052, the first of
   * the two ephemeral ports, as the port of the client: the socket would be connected to itself.
   */
  @Test
  void a_health_check_does_not_occupy_the_port_of_a_service_that_starts() {
    var image = shop.newest("greeter").config().getImage();
    var ports = "net.ipv4.ip_local_port_range=50052 50053";
    var command = new ArrayList<>(List.of("docker", "run", "--rm", "--sysctl", ports));
    command.addAll(List.of("--entrypoint", "bash", image, "-c"));
    command.add(
        """
        /app/healthy grpc 50052 &
        while kill -0 $!; do
          if grep '0100007F:C384 0100007F:C384' /proc/net/tcp; then exit 9; fi
        done
        """);
    assertThat(Output.of(command).exitCode()).isNotEqualTo(9);
  }

  @Test
  void jvm_options_of_the_user_override_those_of_the_image() {
    var flags =
        Map.ofEntries(
            entry("-XX:+UseG1GC", "UseG1GC += true"),
            entry("-XX:+UseParallelGC", "UseParallelGC += true"),
            entry("-XX:+UseSerialGC", "UseSerialGC += true"),
            entry("-XX:+UseShenandoahGC", "UseShenandoahGC += true"),
            entry("-XX:+UseZGC", "UseZGC += true"),
            entry("-XX:-UseCompactObjectHeaders", "UseCompactObjectHeaders += false"),
            entry("-XX:-UseCompressedOops", "UseCompressedOops += false"),
            entry("-XX:TieredStopAtLevel=4", "TieredStopAtLevel += 4"),
            entry("-Xss1m", "ThreadStackSize += 1024"),
            entry("-XX:AOTMode=off", "AOTMode += off"),
            entry("-XX:-ExitOnOutOfMemoryError", "ExitOnOutOfMemoryError += false"),
            entry("-XX:ActiveProcessorCount=32", "ActiveProcessorCount += 32"),
            entry("-Dno.option", "UseSerialGC += true"),
            entry("-Dno.option=2", "ThreadStackSize += 512"),
            entry("-Dno.option=3", "UseCompactObjectHeaders += true"),
            entry("-Dno.option=4", "TieredStopAtLevel += 1"),
            entry("-Dno.option=5", "ActiveProcessorCount += 4"));
    var image = shop.newest("orders").config();
    // All in one container, because a container starts more slowly than a JVM.
    var script =
        "for option; do echo \"== $option\"; export JAVA_TOOL_OPTIONS=\"-XX:+PrintFlagsFinal $option\"; "
            + String.join(" ", image.getEntrypoint())
            + " --help; done";
    var command =
        new ArrayList<>(List.of("docker", "run", "--rm", "--entrypoint", "bash", image.getImage()));
    command.addAll(List.of("-c", script, "bash"));
    command.addAll(flags.keySet());
    var outputs = Output.of(command, Duration.ofMinutes(15)).orFail().split("(?m)^== ");
    assertThat(outputs).hasSize(1 + flags.size());
    for (var output : List.of(outputs).subList(1, outputs.length)) {
      assertThat(output)
          .contains("orders reads these environment variables:")
          .containsPattern("\\b" + flags.get(output.lines().findFirst().orElseThrow()) + "\\b");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--read-only", "--tmpfs=/tmp:noexec,mode=1777"})
  void orders_reports_an_unusable_temporary_folder_in_one_line(String options) {
    var command = new ArrayList<>(List.of("docker", "run", "--rm"));
    command.addAll(List.of(options.split(" ")));
    command.addAll(List.of("--env", "ORDERS_DB=/data/orders.db"));
    command.addAll(List.of("--tmpfs=/data:mode=1777", shop.newest("orders").config().getImage()));
    var run = Output.of(command);
    assertThat(run.exitCode()).as(run.text()).isEqualTo(1);
    assertThat(failure(run)).contains("temporary folder /tmp,", "-Dorg.sqlite.tmpdir=FOLDER");
  }

  @Test
  void orders_requires_a_file_for_a_user_without_a_home_directory() {
    var image = shop.newest("orders").config().getImage();
    var run = Output.of(List.of("docker", "run", "--rm", "--user", "54321", image));
    assertThat(run.exitCode()).as(run.text()).isEqualTo(1);
    assertThat(failure(run)).contains("set ORDERS_DB to a file");
  }

  /** Returns the only line of output that does not report a normal step of the start. */
  private static String failure(Output run) {
    var lines = run.text().lines().filter(line -> !line.contains(" INFO ")).toList();
    assertThat(lines).hasSize(1);
    return lines.get(0);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void uses_the_native_libraries_of_netty(String service) {
    // Without them, Netty uses slower code of the JDK and reports nothing.
    assertThat(shop.newest(service).output("cat", "/proc/1/maps")).contains("_native_epoll_");
    assertThat(shop.newest(service).output("ls", "/app/native")).contains("_netty_tcnative_");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void contains_no_sources_and_no_build_tools(String service) {
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
  void runs_as_a_numeric_user_without_privileges(String service) {
    assertThat(shop.newest(service).output("id", "-u").strip()).isEqualTo("10001");
    assertThat(shop.newest(service).config().getUser()).matches("[1-9][0-9]*:[1-9][0-9]*");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void has_labels(String service) {
    assertThat(shop.newest(service).config().getLabels())
        .containsEntry("org.opencontainers.image.title", "Bookmarket: " + service)
        .containsKeys("org.opencontainers.image.description", "org.opencontainers.image.licenses");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void health_check_needs_less_than_ten_mebibytes(String service) {
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
  void stops_on_sigterm(String service) {
    try (var replica = shop.startWithoutAlias(service, "")) {
      replica.terminate();
      replica.awaitExit(Duration.ofSeconds(60));
      assertThat(replica.exitCode()).isEqualTo(143);
    }
  }

  static List<String> services() {
    return ShopInContainers.services();
  }
}
