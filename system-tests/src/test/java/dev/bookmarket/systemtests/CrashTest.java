package dev.bookmarket.systemtests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Orders at full speed while the service or its database is killed repeatedly, at random moments;
 * {@code bench/long-forms} does it more often.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS) // JVMs are started one after the other
class CrashTest {
  private static final int SHOPPERS = 4;
  private static final int SERVICE_CRASHES = Integer.getInteger("crashes", 20);
  private static final int DATABASE_CRASHES = Integer.getInteger("crashes", 10);

  /** What makes a JVM start quickly; nothing in it changes what the service does. */
  private static final List<String> LEAN = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  @TempDir private Path folder;

  @Test
  void the_service_loses_and_doubles_no_order_when_it_is_killed() {
    int port = Ports.free();
    var variables = Map.of("ORDERS_DB", folder.resolve("orders.db").toString());
    var quick = withClassesOf(variables);
    var service = orders(port, variables, quick);
    try (var shoppers = Shoppers.begin(SHOPPERS, port)) {
      for (int crash = 0; crash < SERVICE_CRASHES; crash++) {
        shoppers.awaitMore(1);
        aRandomMoment(300);
        service.kill();
        service = orders(port, variables, quick);
      }
      shoppers.stop();
      shoppers.assertEachOrderIsThereOnce("SQLite, service killed", SERVICE_CRASHES);
    } finally {
      service.close();
    }
  }

  @Test
  @Needs(Tool.DOCKER)
  @Tag("containers")
  void the_service_loses_and_doubles_no_order_when_its_database_is_killed() {
    int port = Ports.free();
    try (var postgres = PostgresUnderTest.start();
        var service = orders(port, postgres.variables(), LEAN);
        var shoppers = Shoppers.begin(SHOPPERS, port)) {
      service.port();
      for (int crash = 0; crash < DATABASE_CRASHES; crash++) {
        shoppers.awaitMore(1);
        aRandomMoment(1_000);
        postgres.kill();
        postgres.startAgain();
      }
      shoppers.awaitMore(100);
      shoppers.stop();
      shoppers.assertEachOrderIsThereOnce("PostgreSQL, server killed", DATABASE_CRASHES);
    }
  }

  private static ProcessUnderTest orders(
      int port, Map<String, String> database, List<String> jvmOptions) {
    var variables = new HashMap<>(database);
    variables.put("ORDERS_PORT", String.valueOf(port));
    variables.put("DRAIN_MS", "0");
    variables.put("LOG_LEVEL", "info");
    return ProcessUnderTest.launch("orders", variables, jvmOptions, List.of());
  }

  /** Options to read the classes from an archive, which one orderly run makes. */
  private List<String> withClassesOf(Map<String, String> variables) {
    var archive = folder.resolve("orders.jsa");
    var options = new ArrayList<>(LEAN);
    // Of the library that SQLite's driver unpacks, a killed process leaves its copy.
    options.add("-Djava.io.tmpdir=" + folder);
    var making = new ArrayList<>(options);
    making.add("-XX:ArchiveClassesAtExit=" + archive);
    try (var run = orders(Ports.free(), variables, making)) {
      run.port();
      run.terminate();
      run.awaitEnd();
    }
    options.add("-XX:SharedArchiveFile=" + archive);
    return options;
  }

  private static void aRandomMoment(int boundMillis) {
    LockSupport.parkNanos(
        TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextInt(boundMillis)));
  }
}
