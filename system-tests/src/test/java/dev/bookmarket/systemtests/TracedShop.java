package dev.bookmarket.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A marketplace, a recommendations service, and two replicas of orders with one database. Each
 * process is named after its service. Its visitor sees how each page was made.
 */
final class TracedShop implements AutoCloseable {
  private static final String COOKIES = "trace=on; visitor=" + PageState.REGULAR;

  private final Map<String, String> variables = new HashMap<>(Processes.freePorts());
  private final List<ProcessUnderTest> processes = new ArrayList<>();
  private final Path database;
  private final Path link;
  private final ProcessUnderTest recommendations;
  private final Visitor visitor;
  private ProcessUnderTest secondOrders;

  private TracedShop(Path folder) {
    database = folder.resolve("orders.db");
    link = folder.resolve("second.db");
    variables.put("RECOMMENDATIONS_HOST", "127.0.0.1");
    variables.put("ORDERS_HOST", HostsFile.NAME);
    var hosts = HostsFile.in(folder, "127.0.0.2", "127.0.0.3");
    recommendations = launch("recommendations", 1, "127.0.0.1");
    var marketplace = launch("marketplace", 1, "127.0.0.1", hosts.jvmOption());
    variables.put("ORDERS_DB", database.toString());
    launch("orders", 1, "127.0.0.2").port(); // creates the database
    variables.put("ORDERS_DB", link.toString());
    connectDatabase();
    secondOrders = launch("orders", 2, "127.0.0.3");
    processes.forEach(ProcessUnderTest::port);
    visitor = Visitor.of(marketplace.port());
  }

  /** Starts the shop, with its files in the folder; returns when all processes serve. */
  static TracedShop start(Path folder) {
    return new TracedShop(folder);
  }

  /** Returns the URL of the home page. */
  String home() {
    return "http://127.0.0.1:" + visitor.port() + "/";
  }

  /** Returns the port of a service. */
  int port(String service) {
    return Integer.parseInt(variables.getOrDefault(Processes.portVariable(service), ""));
  }

  /** Returns the file of all orders. */
  Path database() {
    return database;
  }

  ProcessUnderTest recommendations() {
    return recommendations;
  }

  ProcessUnderTest secondOrders() {
    return secondOrders;
  }

  /** Starts the second replica of orders again. */
  void restartSecondOrders() {
    secondOrders = launch("orders", 2, "127.0.0.3");
    secondOrders.port();
  }

  /** Makes the second replica of orders lose its database: its calls are UNAVAILABLE at once. */
  void disconnectDatabase() {
    try {
      Files.deleteIfExists(link);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the effect of {@link #disconnectDatabase}. */
  void connectDatabase() {
    try {
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, database);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a page, and returns the steps that it shows. */
  List<String> stepsOf(String path) {
    return stepsOn(get(path));
  }

  /** Opens a page as a visitor who sees how it was made. */
  Visitor.Response get(String path) {
    return visitor.send(HttpRequest.newBuilder().GET().header("Cookie", COOKIES), path);
  }

  /**
   * Returns the steps that a page shows: the kind, the text with N for durations, and "|" if the
   * deadline is marked.
   */
  static List<String> stepsOn(Visitor.Response response) {
    return response.page().select(".waterfall tr[class]").stream()
        .map(
            row ->
                "%s: %s%s"
                    .formatted(
                        row.className().replaceFirst("d\\d ", ""),
                        row.select("div").text().replaceAll("\\d+ ms", "N ms"),
                        row.select("line").isEmpty() ? "" : " |"))
        .toList();
  }

  private ProcessUnderTest launch(
      String service, int number, String address, String... jvmOptions) {
    var all = new HashMap<>(variables);
    all.put("BIND_ADDRESS", address);
    all.put("HOSTNAME", service + "-" + number);
    var process = ProcessUnderTest.launch(service, all, jvmOptions);
    processes.add(process);
    return process;
  }

  @Override
  public void close() {
    processes.forEach(ProcessUnderTest::close);
  }
}
