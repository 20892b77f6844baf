package dev.bookmarket.systemtests;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * A DNS of one name, for one process: the JDK reads such a file at each look-up, instead of asking
 * the system.
 */
record HostsFile(Path file) {
  /** The name. */
  static final String NAME = "recommendations.test";

  /** A file in that folder, in which the name has these addresses. */
  static HostsFile in(Path folder, String... addresses) {
    var hosts = new HostsFile(folder.resolve("hosts"));
    hosts.set(addresses);
    return hosts;
  }

  /** From now on, the name has these addresses. */
  void set(String... addresses) {
    var lines = Arrays.stream(addresses).map(a -> a + " " + NAME + "\n").collect(joining());
    try {
      // In one step: nobody reads half a file.
      var next = Files.writeString(file.resolveSibling("hosts.next"), lines);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What tells a JVM to use it. */
  String jvmOption() {
    return "-Djdk.net.hosts.file=" + file;
  }
}
