package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.k8s.Output;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the buf executable of the build on the contracts. */
final class Buf {
  /** The folder of the contracts. */
  static final Path PROTOBUFS = ProcessUnderTest.ROOT.resolve("protobufs");

  private Buf() {}

  /** Returns the violations, one per line: {@code file(line,column) : error RULE : message}. */
  static List<String> violations(String... arguments) {
    var output = run(arguments);
    assertThat(output.exitCode() == 0).as("%s", output).isEqualTo(output.text().isEmpty());
    return output.text().lines().toList();
  }

  /** Compiles the contracts of a folder to a file with their descriptors. */
  static void compile(Path folder, Path descriptors) {
    run("build", folder.toString(), "--as-file-descriptor-set", "-o", descriptors.toString())
        .orFail();
  }

  private static Output run(String... arguments) {
    var executable = PROTOBUFS.resolve("target").resolve("buf.exe");
    if (!Files.exists(executable)) {
      throw new IllegalStateException(executable + " is missing: these tests run in `mvnw verify`");
    }
    var command = new ArrayList<>(List.of(executable.toString()));
    command.addAll(List.of(arguments));
    command.add("--error-format=msvs");
    return Output.of(command);
  }
}
