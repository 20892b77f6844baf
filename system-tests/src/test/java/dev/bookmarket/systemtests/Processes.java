package dev.bookmarket.systemtests;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The processes of the shop, by the names of their modules. */
final class Processes {
  /** Each that is one of its own. */
  static final List<String> SERVICES =
      List.of("recommendations", "orders", "greeter", "marketplace");

  /** All of them in one. */
  static final String ALL_IN_ONE = "all-in-one";

  private Processes() {}

  /** The variable that says where a service listens. */
  static String portVariable(String service) {
    return service.toUpperCase(Locale.ROOT) + "_PORT";
  }

  /** A free port for each service, by its variable. */
  static Map<String, String> freePorts() {
    return SERVICES.stream()
        .map(Processes::portVariable)
        .collect(Collectors.toMap(Function.identity(), variable -> String.valueOf(Ports.free())));
  }
}
