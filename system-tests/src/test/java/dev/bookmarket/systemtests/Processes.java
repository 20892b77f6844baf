package dev.bookmarket.systemtests;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Names the processes of the shop by their modules. */
final class Processes {
  /** The modules with one service each. */
  static final List<String> SERVICES =
      List.of("recommendations", "orders", "greeter", "marketplace");

  /** The module that runs all services in one process. */
  static final String ALL_IN_ONE = "all-in-one";

  private Processes() {}

  /** Returns the variable for the port of a service. */
  static String portVariable(String service) {
    return service.toUpperCase(Locale.ROOT) + "_PORT";
  }

  /** Returns a free port for each service, by its variable. */
  static Map<String, String> freePorts() {
    return SERVICES.stream()
        .map(Processes::portVariable)
        .collect(Collectors.toMap(Function.identity(), variable -> String.valueOf(Ports.free())));
  }
}
