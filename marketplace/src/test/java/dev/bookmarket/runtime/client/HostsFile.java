package dev.bookmarket.runtime.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The names that this JVM knows: all that is in the file of {@code -Djdk.net.hosts.file}. */
final class HostsFile {
  private static final String ALWAYS = "127.0.0.1 localhost\n";

  private HostsFile() {}

  /** Has a name lead to these addresses from now on, and forgets every other one. */
  static void name(String name, String... addresses) {
    var lines = new StringBuilder(ALWAYS);
    for (var address : addresses) {
      lines.append(address).append(' ').append(name).append('\n');
    }
    write(lines.toString());
  }

  /** Forgets every name. */
  static void reset() {
    write(ALWAYS);
  }

  /** In one step: somebody may be reading. */
  private static void write(String lines) {
    var file = Path.of(System.getProperty("jdk.net.hosts.file"));
    try {
      var next = Files.writeString(file.resolveSibling("hosts-next"), lines);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
