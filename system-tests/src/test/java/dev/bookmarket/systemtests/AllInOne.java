package dev.bookmarket.systemtests;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The whole shop in one process, on free ports and with its orders in a given folder. */
final class AllInOne implements AutoCloseable {
  private final Map<String, String> variables;
  private final ProcessUnderTest process;

  private AllInOne(Map<String, String> variables, ProcessUnderTest process) {
    this.variables = variables;
    this.process = process;
  }

  /** Starts the shop and waits until it is ready. */
  static AllInOne start(Path folder) {
    return start(folder, Map.of());
  }

  /** Starts the shop with additional variables and waits until it is ready. */
  static AllInOne start(Path folder, Map<String, String> more) {
    var shop = launch(folder, more);
    try {
      shop.url();
      return shop;
    } catch (AssertionError e) {
      shop.close();
      throw e;
    }
  }

  /** Starts the shop with additional variables and JVM options, without waiting for it. */
  static AllInOne launch(Path folder, Map<String, String> more, String... jvmOptions) {
    var variables = new HashMap<>(Processes.freePorts());
    variables.put("ORDERS_DB", folder.resolve("orders.db").toString());
    variables.putAll(more);
    return new AllInOne(
        variables, ProcessUnderTest.launch(Processes.ALL_IN_ONE, variables, jvmOptions));
  }

  /** Waits until the shop is ready and returns the URL that it prints, without a final slash. */
  String url() {
    return process.awaitLog("Bookmarket is open at (http://\\S+)$").group(1);
  }

  /** Returns the URL of the home page at the loopback address. */
  String home() {
    return "http://127.0.0.1:" + port("MARKETPLACE_PORT") + "/";
  }

  /** Returns a visitor of the shop. */
  Visitor visitor() {
    url();
    return Visitor.of(port("MARKETPLACE_PORT"));
  }

  /** Returns the port that a variable sets, such as {@code ORDERS_PORT}. */
  int port(String variable) {
    return Integer.parseInt(variables.getOrDefault(variable, ""));
  }

  /** Returns the ports of all services, by their variables. */
  Map<String, String> ports() {
    var ports = new HashMap<>(variables);
    ports.keySet().removeIf(variable -> !variable.endsWith("_PORT"));
    return ports;
  }

  /** Returns all lines that the process has printed so far. */
  List<String> log() {
    return process.log();
  }

  @Override
  public void close() {
    process.close();
  }
}
