package dev.bookmarket.systemtests;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/** Defines the addresses of one host name for one JVM, which reads the file at each lookup. */
public record HostsFile(Path file) {
  /** The host name. */
  public static final String NAME = "recommendations.test";

  /** Creates a file in the folder, in which the name has these addresses. */
  public static HostsFile in(Path folder, String... addresses) {
    var hosts = new HostsFile(folder.resolve("hosts"));
    hosts.set(addresses);
    return hosts;
  }

  /** Changes the addresses of the name. */
  void set(String... addresses) {
    var lines =
        Arrays.stream(addresses).map(address -> address + " " + NAME + "\n").collect(joining());
    try {
      // Replace the file atomically, so that the JVM never reads an incomplete file.
      var next = Files.writeString(file.resolveSibling("hosts.next"), lines);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the JVM option that uses this file. */
  public String jvmOption() {
    return "-Djdk.net.hosts.file=" + file;
  }
}
