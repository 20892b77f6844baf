package dev.bookmarket.runtime;

import com.google.common.base.Splitter;
import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads and validates the environment variables of a process. An empty variable counts as unset and
 * gets the default; an invalid value causes a {@link StartupException} that names the variable.
 * {@link #help()} lists all variables that were read. Not thread-safe.
 */
public final class Environment {
  private static final InetAddress BROADCAST = InetAddresses.forString("255.255.255.255");

  private final Map<String, String> values;
  private final Map<String, String> overridingDefaults;
  private final Map<String, String> help;

  private Environment(
      Map<String, String> values,
      Map<String, String> overridingDefaults,
      Map<String, String> help) {
    this.values = values;
    this.overridingDefaults = overridingDefaults;
    this.help = help;
  }

  /** Returns an environment with only these variables. */
  public static Environment of(Map<String, String> values) {
    // Not Map.copyOf: in a locale without UTF-8, several names can decode to the same text.
    return new Environment(new HashMap<>(values), Map.of(), new LinkedHashMap<>());
  }

  /**
   * Returns the same variables with these defaults instead of those of the callers. The {@link
   * #help} of both lists the variables that either has read.
   */
  public Environment withDefaults(Map<String, String> defaults) {
    return new Environment(values, Map.copyOf(defaults), help);
  }

  /** Returns the text; every value that the locale can decode is valid. */
  public String text(String name, String defaultValue, String meaning) {
    var actualDefault = overridingDefaults.getOrDefault(name, defaultValue);
    addHelp(name, actualDefault, meaning);
    var value = decoded(name, values.getOrDefault(name, "")).strip();
    return value.isEmpty() ? actualDefault.strip() : value;
  }

  /**
   * Returns the value with leading and trailing spaces, but without the last line ending, which
   * files and commands add; empty if it is unset.
   */
  public String verbatim(String name, String meaning) {
    return unstripped(name, meaning).replaceFirst("\\r?\\n\\z", "");
  }

  /** Returns the path, with leading and trailing spaces; empty if the variable is unset. */
  public Optional<Path> path(String name, String meaning) {
    return Optional.of(unstripped(name, meaning))
        .filter(value -> !value.isBlank())
        .map(value -> pathOf(name, value));
  }

  /** Returns the path; an error message contains {@code name}. */
  public static Path pathOf(String name, String value) {
    try {
      return Path.of(decoded(name, value));
    } catch (InvalidPathException e) {
      var remedy = Text.isAscii(value) ? "" : "; set LC_ALL=C.UTF-8";
      throw invalid(name, value, "a path (" + e.getReason() + remedy + ")");
    }
  }

  /**
   * Returns a host name or an IP address; an IPv6 address in brackets, as in URLs. Accepts what
   * gRPC can resolve.
   */
  public String host(String name, String defaultValue, String meaning) {
    var value = text(name, defaultValue, meaning);
    var host = value.contains(":") && !value.startsWith("[") ? "[" + value + "]" : value;
    try {
      if (host.equals(new URI("dns://" + host).getHost())) {
        return host;
      }
    } catch (URISyntaxException e) {
      // The exception below reports the invalid value.
    }
    throw invalid(name, value, "a host name or an IP address, without a port");
  }

  /** Returns a whole number from {@code min} to {@code max}, both inclusive. */
  public int number(String name, int defaultValue, int min, int max, String meaning) {
    var value = text(name, String.valueOf(defaultValue), meaning);
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max && Text.isAscii(value)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The exception below reports the invalid value.
    }
    throw invalid(name, value, "a whole number from %s to %s".formatted(min, max));
  }

  /** Returns a TCP port from 0 to 65535. */
  public int port(String name, int defaultValue, String meaning) {
    return number(name, defaultValue, 0, 65_535, meaning);
  }

  /** Returns a duration from 0 to an hour; the variable is in milliseconds. */
  public Duration millis(String name, int defaultMillis, String meaning) {
    return Duration.ofMillis(number(name, defaultMillis, 0, 3_600_000, meaning));
  }

  /** Returns one of the given words; upper and lower case are equivalent. */
  public String oneOf(String name, String defaultValue, List<String> words, String meaning) {
    var value = text(name, defaultValue, meaning);
    return words.stream()
        .filter(value::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(() -> invalid(name, value, "one of " + String.join(", ", words)));
  }

  /**
   * Returns a text that matches the pattern; empty if the variable is unset.
   *
   * @param expected describes a valid text, for the message
   */
  public String matching(String name, Pattern pattern, String expected, String meaning) {
    var value = text(name, "", meaning);
    if (!value.isEmpty() && !pattern.matcher(value).matches()) {
      throw invalid(name, value, expected);
    }
    return value;
  }

  /**
   * Returns a list of values, which are separated by commas; empty if the variable is unset.
   *
   * @param expected describes a valid list, for the message
   * @param parse returns a value; throws {@link IllegalArgumentException} if it is invalid
   */
  public <T> List<T> list(String name, String meaning, String expected, Function<String, T> parse) {
    var value = text(name, "", meaning);
    try {
      var parts = Splitter.on(',').trimResults().omitEmptyStrings().splitToStream(value);
      return parts.map(parse).toList();
    } catch (IllegalArgumentException e) {
      throw invalid(name, value, expected);
    }
  }

  /** Returns where to listen; reads also {@code BIND_ADDRESS}, by default the loopback address. */
  public ListenAddress listen(String portName, int defaultPort, String meaning) {
    int port = port(portName, defaultPort, meaning);
    var bind = text("BIND_ADDRESS", "127.0.0.1", "the address to listen on; 0.0.0.0 means all");
    try {
      var address = InetAddress.getByName(bind);
      if (!address.isMulticastAddress() && !address.equals(BROADCAST)) {
        return new ListenAddress(address, port, portName);
      }
    } catch (UnknownHostException | IllegalArgumentException e) {
      // The exception below reports the invalid value.
    }
    throw invalid("BIND_ADDRESS", bind, "an address of this machine, such as 127.0.0.1 or 0.0.0.0");
  }

  /** Returns where to listen, like {@link #listen}; empty if the port has no value. */
  public Optional<ListenAddress> listenIfSet(String portName, String meaning) {
    return text(portName, "", meaning).isEmpty()
        ? Optional.empty()
        : Optional.of(listen(portName, 0, meaning));
  }

  /** Returns whether the environment sets the variable, to a value that is not blank. */
  public boolean isSet(String name) {
    return !values.getOrDefault(name, "").isBlank();
  }

  /** Returns DRAIN_MS: how long a server continues to respond after SIGTERM. */
  public Duration drain() {
    return millis("DRAIN_MS", 5_000, "how many milliseconds to continue serving after SIGTERM");
  }

  /** Returns a table of the variables that were read: name, default and meaning, one per line. */
  public String help() {
    return String.join("\n", help.values());
  }

  private String unstripped(String name, String meaning) {
    var defaultValue = overridingDefaults.getOrDefault(name, "");
    addHelp(name, defaultValue, meaning);
    var value = decoded(name, values.getOrDefault(name, ""));
    return value.isEmpty() ? defaultValue : value;
  }

  /** Returns the value. The JVM replaces bytes that it cannot decode by U+FFFD. */
  private static String decoded(String name, String value) {
    if (value.indexOf('\ufffd') >= 0) {
      throw new StartupException(
          name + " has characters that the locale cannot decode, or U+FFFD; set LC_ALL=C.UTF-8");
    }
    return value;
  }

  private void addHelp(String name, String defaultValue, String meaning) {
    var shown = defaultValue.isEmpty() ? "(unset)" : defaultValue;
    help.put(name, "  %-24s %-12s %s".formatted(name, shown, meaning));
  }

  private static StartupException invalid(String name, String value, String expected) {
    return new StartupException(
        "%s must be %s, but is \"%s\"".formatted(name, expected, printable(value)));
  }

  /** Returns the text on one line: with ? for control, format and unassigned characters. */
  static String printable(String text) {
    return text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }
}
