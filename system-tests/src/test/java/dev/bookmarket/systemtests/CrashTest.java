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
 * Places orders at full speed while the service or its database is killed repeatedly, at random
 * times. {@code bench/long-forms} runs it with more crashes.
 */
@Tag("crashes")
@Timeout(value = 1, unit = TimeUnit.HOURS) // It starts many JVMs, one after the other.
class CrashTest {
  private static final int SHOPPERS = 4;
  private static final int SERVICE_CRASHES = Integer.getInteger("crashes", 20);
  private static final int DATABASE_CRASHES = Integer.getInteger("crashes", 10);

  /** JVM options for a quick start, which do not change the behaviour of the service. */
  private static final List<String> QUICK_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  @TempDir private Path folder;

  @Test
  void loses_and_duplicates_no_order_when_the_service_is_killed() {
    int port = Ports.free();
    var variables = Map.of("ORDERS_DB", folder.resolve("orders.db").toString());
    var jvmOptions = optionsWithClassArchive(variables);
    var service = orders(port, variables, jvmOptions);
    try (var shoppers = Shoppers.start(SHOPPERS, port)) {
      for (int crash = 0; crash < SERVICE_CRASHES; crash++) {
        shoppers.awaitMore(1);
        sleepForRandomTime(300);
        service.kill();
        service = orders(port, variables, jvmOptions);
      }
      shoppers.stop();
      shoppers.assertEachOrderIsStoredOnce("SQLite, service killed", SERVICE_CRASHES);
    } finally {
      service.close();
    }
  }

  @Test
  @Needs(Tool.DOCKER)
  @Tag("containers")
  void loses_and_duplicates_no_order_when_the_database_is_killed() {
    int port = Ports.free();
    try (var postgres = PostgresUnderTest.start();
        var service = orders(port, postgres.variables(), QUICK_START);
        var shoppers = Shoppers.start(SHOPPERS, port)) {
      service.port();
      for (int crash = 0; crash < DATABASE_CRASHES; crash++) {
        shoppers.awaitMore(1);
        sleepForRandomTime(1_000);
        postgres.kill();
        postgres.restart();
      }
      shoppers.awaitMore(100);
      shoppers.stop();
      shoppers.assertEachOrderIsStoredOnce("PostgreSQL, server killed", DATABASE_CRASHES);
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

  /** Returns options to load the classes from an archive, which a run of the service creates. */
  private List<String> optionsWithClassArchive(Map<String, String> variables) {
    var archive = folder.resolve("orders.jsa");
    var options = new ArrayList<>(QUICK_START);
    // A killed process does not delete its copy of SQLite's native library.
    options.add("-Djava.io.tmpdir=" + folder);
    var archiveOptions = new ArrayList<>(options);
    archiveOptions.add("-XX:ArchiveClassesAtExit=" + archive);
    try (var run = orders(Ports.free(), variables, archiveOptions)) {
      run.port();
      run.terminate();
      run.awaitEnd();
    }
    options.add("-XX:SharedArchiveFile=" + archive);
    return options;
  }

  private static void sleepForRandomTime(int maxMillis) {
    LockSupport.parkNanos(
        TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextInt(maxMillis)));
  }
}
