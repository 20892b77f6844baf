package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The programs of the tutorials, with stubs from the contracts of the tutorials. The originals are
 * in {@code src/test/resources/tutorials}.
 *
 * @param folder contains the programs with the addresses of one shop
 */
record TutorialPrograms(Path folder) {
  private static final Path ORIGINALS = Path.of("src/test/resources/tutorials");
  private static final String ADDRESS = "(localhost|127\\.0\\.0\\.1):[0-9]+";

  private static final List<String> CONTRACTS =
      List.of(
          "recommendations.proto",
          "test.proto",
          "service/test.proto",
          "hello.proto",
          "helloworld.proto");

  private static final Map<String, String> PORTS =
      Map.of(
          "client.py", "RECOMMENDATIONS_PORT",
          "calls.py", "RECOMMENDATIONS_PORT",
          "test_homepage.py", "MARKETPLACE_PORT",
          "json_rpc_client.py", "MARKETPLACE_PORT",
          "json_rpc_call.sh", "MARKETPLACE_PORT",
          "order_client.py", "ORDERS_PORT",
          "grpc_service_client.py", "GREETER_PORT",
          "hello_client.py", "GREETER_PORT",
          "greeter_client.py", "GREETER_PORT");

  /**
   * Generates the stubs, and copies the programs. Changes only host and port, by their variables.
   */
  static TutorialPrograms in(Path folder, Map<String, String> shopPorts) throws IOException {
    return in(folder, shopPorts, program -> program);
  }

  /** Like the other method, with a change of each program. */
  static TutorialPrograms in(
      Path folder, Map<String, String> shopPorts, UnaryOperator<String> change) throws IOException {
    var programs = new TutorialPrograms(folder);
    Files.createDirectory(folder.resolve("service"));
    for (var contract : CONTRACTS) {
      Files.copy(ORIGINALS.resolve(contract), folder.resolve(contract));
      programs.run(
          Tool.onPath("protoc").orElseThrow().toString(),
          "--python_out=.",
          "--grpc_python_out=.",
          "--plugin=protoc-gen-grpc_python=" + Tool.onPath("grpc_python_plugin").orElseThrow(),
          contract);
    }
    for (var program : PORTS.entrySet()) {
      var text = Files.readString(ORIGINALS.resolve(program.getKey()));
      assertThat(text).containsPattern(ADDRESS);
      Files.writeString(
          folder.resolve(program.getKey()),
          change.apply(
              text.replaceFirst(ADDRESS, "127.0.0.1:" + shopPorts.get(program.getValue()))));
    }
    return programs;
  }

  /** Runs a program in Python; returns the lines that it prints. */
  List<String> python(String... programAndArguments) {
    return run(
        Stream.concat(Stream.of("/usr/bin/python3"), Stream.of(programAndArguments))
            .toArray(String[]::new));
  }

  /** Runs a command in the folder; returns the lines that it prints. */
  List<String> run(String... command) {
    var builder = new ProcessBuilder(new ArrayList<>(List.of(command))).directory(folder.toFile());
    var name = Path.of(command[0]).getFileName().toString();
    try (var process = ProcessUnderTest.start(name, builder, Map.of())) {
      var exitCode = process.awaitEnd();
      assertThat(exitCode).as("exit code of %s, which printed %s", name, process.log()).isZero();
      return process.log();
    }
  }
}
