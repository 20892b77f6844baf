package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bookmarket.orders.OrderRequests;
import dev.bookmarket.orders.OrdersConfig;
import dev.bookmarket.orders.OrdersMain;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.runtime.Environment;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The orders service with PgBouncer, whose settings are the defaults except for those of its pool.
 */
@Needs({Tool.DOCKER, Tool.PGBOUNCER})
@Tag("containers")
@ResourceLock(value = ServersInThisJvm.LOCK, mode = ResourceAccessMode.READ)
class PgBouncerTest {
  /**
   * So many that each statement is executed at least 5 times on one of the 8 connections of the
   * pool. Then the driver prepares it on the server.
   */
  private static final int ORDERS = 8 * 5 + 1;

  private static final String SESSION_MODE = "pool_mode = session";

  /** With one connection to the server, on which statements of all clients have the same names. */
  private static final String TRANSACTION_MODE = "pool_mode = transaction\ndefault_pool_size = 1";

  private static @Nullable PostgresUnderTest postgres;

  private final String buyer = "buyer " + UUID.randomUUID();

  @TempDir private Path folder;

  @BeforeAll
  static void startPostgres() {
    postgres = PostgresUnderTest.start();
    // Without PgBouncer, because a migration needs two connections to the server.
    var direct = OrdersConfig.from(Environment.of(variables(postgres.port(), "")));
    OrdersMain.start(direct).close();
  }

  @AfterAll
  static void stopPostgres() {
    if (postgres != null) {
      postgres.close();
    }
  }

  @Test
  void stores_orders_in_session_mode() throws IOException {
    assertStoresOrders(SESSION_MODE, "");
  }

  @Test
  void stores_orders_in_transaction_mode_without_prepared_statements() throws IOException {
    assertStoresOrders(TRANSACTION_MODE, "?prepareThreshold=0");
  }

  @Test
  void explains_the_failure_in_transaction_mode_with_prepared_statements() {
    var failure =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> assertStoresOrders(TRANSACTION_MODE, ""));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("add prepareThreshold=0 to DATABASE_URL");
  }

  @Test
  void names_a_rejected_startup_parameter() throws IOException {
    int port = Ports.free();
    try (var unused = startPgBouncer(port, SESSION_MODE);
        var service =
            ProcessUnderTest.launch(
                "orders", variables(port, "?options=-c%20search_path=public"))) {
      service.awaitLog("it cannot be reached: .*unsupported startup parameter: options");
    }
  }

  /** Places orders with two replicas, one after the other. */
  private void assertStoresOrders(String poolSettings, String parameters) throws IOException {
    int port = Ports.free();
    try (var unused = startPgBouncer(port, poolSettings)) {
      var config = OrdersConfig.from(Environment.of(variables(port, parameters)));
      for (var replica : List.of("first", "second")) {
        try (var server = OrdersMain.start(config)) {
          placeOrders(server.port(), replica);
        }
      }
    }
  }

  private void placeOrders(int port, String replica) {
    var channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
            .build();
    try {
      var orders = OrderServiceGrpc.newBlockingStub(channel).withWaitForReady();
      for (int i = 0; i < ORDERS; i++) {
        var request = OrderRequests.request(buyer, replica + i).build();
        var unused =
            Polling.whileUnavailable(
                () -> orders.withDeadlineAfter(10, TimeUnit.SECONDS).placeOrder(request),
                reason -> !reason.contains("prepareThreshold"));
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private static Map<String, String> variables(int databasePort, String parameters) {
    var variables = new HashMap<>(Objects.requireNonNull(postgres).variables());
    variables.put(
        "DATABASE_URL",
        "jdbc:postgresql://127.0.0.1:%s/orders%s".formatted(databasePort, parameters));
    variables.put("ORDERS_PORT", "0");
    variables.put("DRAIN_MS", "0");
    return variables;
  }

  /** Starts PgBouncer, which cannot run as root; returns when it accepts connections. */
  private ProcessUnderTest startPgBouncer(int port, String poolSettings) throws IOException {
    var database = Objects.requireNonNull(postgres);
    var user = System.getProperty("user.name");
    var users = folder.resolve("users.txt");
    Files.writeString(
        users, "\"%s\" \"%s\"\n".formatted(database.config().user(), database.config().password()));
    var settings = folder.resolve("pgbouncer.ini");
    Files.writeString(
        settings,
        """
        [databases]
        orders = host=127.0.0.1 port=%s
        [pgbouncer]
        %s
        listen_addr = 127.0.0.1
        listen_port = %s
        unix_socket_dir =
        auth_type = scram-sha-256
        auth_file = %s
        user = %s
        """
            .formatted(
                database.port(), poolSettings, port, users, user.equals("root") ? "nobody" : user));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    var process =
        ProcessUnderTest.start(
            "pgbouncer", new ProcessBuilder("pgbouncer", settings.toString()), Map.of());
    process.awaitLog("process up");
    return process;
  }
}
