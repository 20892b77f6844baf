package dev.bookmarket.runtime;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The environment variables of a process, read and checked. An unset and an empty variable both
 * take the default; a value that cannot be read is a {@link StartupException} that names its
 * variable. Remembers what was asked for, so that {@link #help()} can list it. For one thread, at
 * the start.
 */
public final class Environment {
  private static final InetAddress BROADCAST = InetAddresses.forString("255.255.255.255");

  private record Variable(String defaultValue, String meaning) {}

  private final Map<String, String> values;
  private final Map<String, String> otherDefaults;
  private final Map<String, Variable> asked = new LinkedHashMap<>();

  private Environment(Map<String, String> values, Map<String, String> otherDefaults) {
    // Not Map.copyOf: in a locale without UTF-8, names of other programs' variables can be equal.
    this.values = Collections.unmodifiableMap(new HashMap<>(values));
    this.otherDefaults = Map.copyOf(otherDefaults);
  }

  /** The variables of this process. */
  public static Environment ofProcess() {
    return new Environment(System.getenv(), Map.of());
  }

  /** The given variables and no others. */
  public static Environment of(Map<String, String> values) {
    return new Environment(values, Map.of());
  }

  /** The same variables, with other defaults for those that are unset here. */
  public Environment withDefaults(Map<String, String> defaults) {
    return new Environment(values, defaults);
  }

  /** The defaults alone, as if no variable were set. */
  Environment unset() {
    return new Environment(Map.of(), otherDefaults);
  }

  /** A text; any value will do. */
  public String text(String name, String defaultValue, String meaning) {
    return value(name, defaultValue, meaning).orElse("");
  }

  /**
   * Returns the value with its spaces, but without one line ending at its end, which files and
   * commands add; empty if it is unset.
   */
  public String verbatim(String name, String meaning) {
    var value = asIs(name, meaning).replaceFirst("\\r?\\n\\z", "");
    if (value.indexOf('\ufffd') >= 0) {
      throw new StartupException(
          name + " has characters that the locale cannot decode; LC_ALL=C.UTF-8 allows all");
    }
    return value;
  }

  /** Returns the path of a file or folder, with its spaces; empty if the variable is unset. */
  public Optional<Path> path(String name, String meaning) {
    return Optional.of(asIs(name, meaning))
        .filter(value -> !value.isBlank())
        .map(value -> pathOf(name, value));
  }

  /** Returns the path; {@code name} says in the message where the value comes from. */
  public static Path pathOf(String name, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      var isAscii = value.chars().allMatch(character -> character < 0x80);
      var remedy = isAscii ? "" : "; LC_ALL=C.UTF-8 allows every character";
      throw refused(name, value, "a path (" + e.getReason() + remedy + ")");
    }
  }

  /**
   * Returns a host's name or IP address as a URL contains it: an IPv6 address in brackets. Accepts
   * what gRPC can resolve.
   */
  public String host(String name, String defaultValue, String meaning) {
    var value = text(name, defaultValue, meaning);
    var host = value.contains(":") && !value.startsWith("[") ? "[" + value + "]" : value;
    try {
      if (host.equals(new URI("dns://" + host).getHost())) {
        return host;
      }
    } catch (URISyntaxException e) {
      // reported below
    }
    throw refused(name, value, "a host name or an IP address, without a port");
  }

  /** A whole number from {@code min} to {@code max}, both included. */
  public int number(String name, int defaultValue, int min, int max, String meaning) {
    var value = text(name, String.valueOf(defaultValue), meaning);
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, like a number out of range
    }
    throw refused(name, value, "a whole number from %s to %s".formatted(min, max));
  }

  /** A TCP port from 0 to 65535. */
  public int port(String name, int defaultValue, String meaning) {
    return number(name, defaultValue, 0, 65_535, meaning);
  }

  /** A length of time in milliseconds, from 0 to an hour. */
  public Duration millis(String name, int defaultMillis, String meaning) {
    return Duration.ofMillis(number(name, defaultMillis, 0, 3_600_000, meaning));
  }

  /** One of the given words, in any case; answers it in lower case. */
  public String oneOf(String name, String defaultValue, List<String> words, String meaning) {
    var value = text(name, defaultValue, meaning);
    return words.stream()
        .filter(value::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(() -> refused(name, value, "one of " + String.join(", ", words)));
  }

  /** Where to listen: a port, and {@code BIND_ADDRESS}, which is the loopback by default. */
  public ListenAddress listen(String portName, int defaultPort, String meaning) {
    int port = port(portName, defaultPort, meaning);
    var bind =
        text("BIND_ADDRESS", "127.0.0.1", "the address to listen on; 0.0.0.0 is all of them");
    try {
      var address = InetAddress.getByName(bind);
      if (!address.isMulticastAddress() && !address.equals(BROADCAST)) {
        return new ListenAddress(address, port, portName);
      }
    } catch (UnknownHostException | IllegalArgumentException e) {
      // reported below
    }
    throw refused("BIND_ADDRESS", bind, "an address of this machine, such as 127.0.0.1 or 0.0.0.0");
  }

  /** Returns DRAIN_MS: how long a server continues to respond after SIGTERM. */
  public Duration drain() {
    return millis("DRAIN_MS", 5_000, "how many milliseconds to go on answering after SIGTERM");
  }

  /** A table of the variables asked for so far: name, default, meaning; one line each. */
  public String help() {
    return asked.entrySet().stream()
        .map(
            entry ->
                "  %-24s %-12s %s"
                    .formatted(
                        entry.getKey(),
                        entry.getValue().defaultValue().isEmpty()
                            ? "(unset)"
                            : entry.getValue().defaultValue(),
                        entry.getValue().meaning()))
        .collect(Collectors.joining("\n"));
  }

  private String asIs(String name, String meaning) {
    asked.put(name, new Variable("", meaning));
    return values.getOrDefault(name, "");
  }

  private Optional<String> value(String name, String defaultValue, String meaning) {
    var otherwise = otherDefaults.getOrDefault(name, defaultValue);
    asked.put(name, new Variable(otherwise, meaning));
    return Stream.of(values.getOrDefault(name, ""), otherwise)
        .map(String::strip)
        .filter(value -> !value.isEmpty())
        .findFirst();
  }

  private static StartupException refused(String name, String value, String expected) {
    return new StartupException(
        "%s must be %s, but is \"%s\"".formatted(name, expected, printable(value)));
  }

  /** Returns the text on one line: with ? for control, format and unassigned characters. */
  static String printable(String text) {
    return text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }
}
