package dev.bookmarket.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.bookmarket.orders.DatabaseConfig.SqliteFile;
import dev.bookmarket.runtime.telemetry.OpenMetrics;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class OrdersMetricsTest {
  private static final Map<String, String> POOL = Map.of("db_client_connection_pool_name", "pool");

  private final TestTelemetry telemetry = TestTelemetry.begin();

  @AfterEach
  void stop() {
    telemetry.close();
  }

  @Test
  void counts_each_stored_order_once(@TempDir Path folder) {
    try (var database = Database.open(new SqliteFile(folder.resolve("orders.db")))) {
      database.check();
      var orders = new Orders(new OrderStore(database), Instant::now);

      var placed = orders.place(purchase("a"));
      assertThat(orders.place(purchase("a"))).isEqualTo(placed);
      orders.place(purchase("b"));

      assertThat(telemetry.metrics().value("bookmarket_orders_placed_total", Map.of()))
          .isEqualTo(2);
      assertThat(
              telemetry.metrics().samples("db_client_connection_wait_time_seconds_count").stream()
                  .mapToDouble(OpenMetrics.Sample::value)
                  .sum())
          .isPositive();
    }
  }

  @Test
  void measures_the_connections_of_a_pool(@TempDir Path folder) throws SQLException {
    try (var pool = new HikariDataSource()) {
      pool.setPoolName("pool");
      pool.setJdbcUrl("jdbc:sqlite:" + folder.resolve("x.db"));
      pool.setMaximumPoolSize(1);
      pool.setConnectionTimeout(5_000); // long enough to load SQLite on a busy machine
      pool.setInitializationFailTimeout(-1); // as in Database: the first check is not measured
      pool.setMetricsTrackerFactory(DatabasePoolMetrics::new);
      try (var connection = pool.getConnection()) {
        assertThat(connection.isValid(1)).isTrue();
        assertThatThrownBy(pool::getConnection).isInstanceOf(SQLException.class);

        var metrics = telemetry.metrics();

        assertThat(metrics.value("db_client_connection_count", with("state", "used"))).isEqualTo(1);
        assertThat(metrics.value("db_client_connection_count", with("state", "idle"))).isZero();
        assertThat(metrics.value("db_client_connection_max", POOL)).isEqualTo(1);
        assertThat(metrics.samples("db_client_connection_pending_requests")).hasSize(1);
        assertThat(metrics.value("db_client_connection_timeouts_total", POOL)).isEqualTo(1);
      }
      var metrics = telemetry.metrics();
      assertThat(metrics.value("db_client_connection_create_time_seconds_count", POOL))
          .isEqualTo(1);
      assertThat(metrics.value("db_client_connection_wait_time_seconds_count", POOL)).isPositive();
      assertThat(metrics.value("db_client_connection_use_time_seconds_count", POOL)).isEqualTo(1);
    }
    assertThat(telemetry.metrics().samples("db_client_connection_count")).isEmpty();
  }

  private static Map<String, String> with(String label, String value) {
    return Map.of("db_client_connection_pool_name", "pool", "db_client_connection_" + label, value);
  }

  private static Purchase purchase(String key) {
    return new Purchase(
        "buyer", key, new Recipient("Ada", "12990", "Here"), List.of(new OrderLine(1, "A", 1, 1)));
  }
}
