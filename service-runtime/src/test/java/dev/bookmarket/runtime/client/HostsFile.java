package dev.bookmarket.runtime.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The file of {@code -Djdk.net.hosts.file}, with which this JVM resolves names. */
final class HostsFile {
  private static final String ALWAYS = "127.0.0.1 localhost\n";

  private HostsFile() {}

  /** Makes the name, and no other one, resolve to these addresses. */
  static void name(String name, String... addresses) {
    var lines = new StringBuilder(ALWAYS);
    for (var address : addresses) {
      lines.append(address).append(' ').append(name).append('\n');
    }
    write(lines.toString());
  }

  /** Removes all names. */
  static void reset() {
    write(ALWAYS);
  }

  /** Replaces the file atomically, because the resolver can read it at any time. */
  private static void write(String lines) {
    var file = Path.of(System.getProperty("jdk.net.hosts.file"));
    try {
      var next = Files.writeString(file.resolveSibling(file.getFileName() + "-next"), lines);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
