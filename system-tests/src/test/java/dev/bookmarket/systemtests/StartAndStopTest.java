package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts each jar with valid and invalid configurations, and stops it. */
class StartAndStopTest {
  /** Ten seconds for in-flight calls, and more time for a busy machine. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

  private static final int STOPPED_BY_SIGTERM = 143;

  @ParameterizedTest
  @MethodSource("everyProcess")
  void help_lists_the_variables_of_the_readme(String module) throws IOException {
    try (var help = ProcessUnderTest.launch(module, Map.of(), List.of(), List.of("--help"))) {
      assertThat(help.awaitEnd()).isZero();

      assertThat(help.log())
          .filteredOn(line -> line.startsWith("  "))
          .extracting(line -> line.strip().split(" ")[0])
          .containsExactlyInAnyOrderElementsOf(variablesInReadme(module));
    }
  }

  @ParameterizedTest
  @MethodSource("everyPort")
  void reports_a_taken_port_in_one_line_with_its_variable(
      String module, String variable, @TempDir Path folder) throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      var port = String.valueOf(taken.getLocalPort());
      var variables = new HashMap<>(freePortsAndOrdersIn(folder));
      variables.put("LOG_LEVEL", "warn");
      variables.put(variable, port);
      try (var service = ProcessUnderTest.launch(module, variables)) {
        assertThat(service.awaitEnd()).isEqualTo(1);
        // Ignore warnings of a newer JDK about libraries.
        assertThat(service.log())
            .filteredOn(line -> !line.isBlank() && !line.contains("WARN"))
            .singleElement()
            .asString()
            .contains("port " + port + " is taken", variable);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"marketplace", "greeter"})
  @Needs(Tool.PRIVILEGED_PORTS)
  void reports_a_privileged_port_in_one_line_with_its_variable(String module) {
    var variable = Processes.portVariable(module);
    try (var service =
        ProcessUnderTest.start(
            module,
            new ProcessBuilder(
                "setpriv",
                "--bounding-set=-net_bind_service",
                "--inh-caps=-net_bind_service",
                ProcessUnderTest.JAVA,
                "-jar",
                ProcessUnderTest.jar(module)),
            Map.of(variable, "80", "LOG_LEVEL", "warn"))) {
      assertThat(service.awaitEnd()).isEqualTo(1);
      assertThat(service.log())
          .singleElement()
          .asString()
          .contains("not permitted to listen on port 80", variable)
          .doesNotContain("taken");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "recommendations, CATALOGUE_FILE, .",
    "orders, ORDERS_DB, .",
    "greeter, the working directory, $u"
  })
  @Needs(Tool.SHELL)
  @EnabledOnOs(OS.LINUX)
  void reports_a_path_outside_the_character_set_of_the_machine_in_one_line(
      String module, String named, String workingDirectory, @TempDir Path folder) {
    // The shell creates the bytes of ü, independently of the character set of this JVM.
    var command =
        """
        u=$(printf '\\303\\274') && mkdir "$u" && cd "%s" || exit
        LC_ALL=C CATALOGUE_FILE=$PWD/$u/books.csv ORDERS_DB=$u.db exec "$0" -jar "$1"
        """
            .formatted(workingDirectory);
    var builder =
        new ProcessBuilder("sh", "-c", command, ProcessUnderTest.JAVA, ProcessUnderTest.jar(module))
            .directory(folder.toFile());
    try (var service = ProcessUnderTest.start(module, builder, Processes.freePorts())) {
      assertThat(service.awaitEnd()).isEqualTo(1);
      assertThat(service.log())
          .singleElement()
          .asString()
          .startsWith(module + ": " + named + " has characters that the locale cannot decode")
          .contains("LC_ALL");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "books", "id,title\n1,Only a title\n"})
  void reports_an_invalid_catalogue_file_in_one_line_with_its_variable(
      String content, @TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("books.csv"), content);
    assertReported(file);
  }

  @Test
  void reports_a_missing_catalogue_file_in_one_line_with_its_variable(@TempDir Path folder) {
    assertReported(folder.resolve("nowhere.csv"));
  }

  @Test
  void reports_a_folder_whose_jars_java_cannot_read_in_one_line(@TempDir Path parent)
      throws IOException {
    var folder = parent.resolve("greeter!");
    var lib = Files.createDirectories(folder.resolve("lib"));
    var target = ProcessUnderTest.ROOT.resolve("greeter/target");
    Files.copy(target.resolve("greeter.jar"), folder.resolve("greeter.jar"));
    try (var jars = Files.list(target.resolve("lib"))) {
      for (var jar : jars.toList()) {
        Files.copy(jar, lib.resolve(jar.getFileName()));
      }
    }
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command = new ProcessBuilder(java, "-jar", folder.resolve("greeter.jar").toString());
    try (var greeter = ProcessUnderTest.start("greeter", command, Map.of("GREETER_PORT", "0"))) {
      assertThat(greeter.awaitEnd()).isEqualTo(1);
      assertThat(greeter.log()).singleElement().asString().contains("ends in \"!\"", "greeter!");
    }
  }

  @Test
  void reports_an_unknown_argument_in_one_line() {
    try (var service =
        ProcessUnderTest.launch("marketplace", Map.of(), List.of(), List.of("--port=80"))) {
      assertThat(service.awaitEnd()).isEqualTo(1);
      assertThat(service.log()).singleElement().asString().contains("--help", "--port=80");
    }
  }

  @ParameterizedTest
  @MethodSource("everyProcess")
  void sigterm_stops_the_process_and_its_children_in_time(String module, @TempDir Path folder) {
    int port = Ports.free();
    var own = module.equals(Processes.ALL_IN_ONE) ? "marketplace" : module;
    var variables = new HashMap<>(freePortsAndOrdersIn(folder));
    variables.put(Processes.portVariable(own), String.valueOf(port));
    variables.put("DRAIN_MS", "0");
    try (var service = ProcessUnderTest.launch(module, variables)) {
      service.awaitLog("port=" + port + " .*Serving");
      var children = service.children();

      service.terminate();

      assertThat(service.awaitEnd(STOP_TIMEOUT)).isEqualTo(STOPPED_BY_SIGTERM);
      assertThat(service.log()).last().asString().contains("Stopped");
      assertThat(children).noneMatch(ProcessHandle::isAlive);
      assertThat(Ports.canListenOn("127.0.0.1", port)).isTrue();
    }
  }

  private static Stream<String> everyProcess() {
    return Stream.concat(Processes.SERVICES.stream(), Stream.of(Processes.ALL_IN_ONE));
  }

  /** Returns each port variable with the service alone and with all services in one process. */
  private static Stream<Arguments> everyPort() {
    return Processes.SERVICES.stream()
        .flatMap(
            service ->
                Stream.of(service, Processes.ALL_IN_ONE)
                    .map(module -> Arguments.of(module, Processes.portVariable(service))));
  }

  /** Returns variables so that no test uses the ports and files of the user. */
  private static Map<String, String> freePortsAndOrdersIn(Path folder) {
    var variables = new HashMap<>(Processes.freePorts());
    variables.put("ORDERS_DB", folder.resolve("orders.db").toString());
    return variables;
  }

  /** Each row of the table has a variable, its default, the services that use it, and a text. */
  private static List<String> variablesInReadme(String module) throws IOException {
    var row = Pattern.compile("\\| `([A-Z_]+)` \\|[^|]*\\| ([a-z, ]+) \\|.*");
    return Files.readAllLines(ProcessUnderTest.ROOT.resolve("README.md")).stream()
        .map(row::matcher)
        .filter(Matcher::matches)
        .filter(
            matcher -> {
              var readers = List.of(matcher.group(2).split(", "));
              return readers.contains(module)
                  || readers.contains("all")
                  || module.equals(Processes.ALL_IN_ONE);
            })
        .map(matcher -> matcher.group(1))
        .toList();
  }

  private static void assertReported(Path catalogueFile) {
    try (var service =
        ProcessUnderTest.launch(
            "recommendations",
            Map.of("RECOMMENDATIONS_PORT", "0", "CATALOGUE_FILE", catalogueFile.toString()))) {
      assertThat(service.awaitEnd()).isEqualTo(1);
      assertThat(service.log())
          .singleElement()
          .asString()
          .contains("CATALOGUE_FILE", catalogueFile.toString());
    }
  }
}
