package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bookmarket.orders.DatabaseConfig;
import dev.bookmarket.orders.OrdersConfig;
import dev.bookmarket.orders.OrdersMain;
import dev.bookmarket.orders.StoredOrders;
import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.StartupException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@Needs(Tool.DOCKER)
@Tag("containers")
@ResourceLock(ServersInThisJvm.LOCK)
class PostgresOrdersTest extends StoredOrders {
  private static @Nullable PostgresUnderTest postgres;

  @BeforeAll
  static void startPostgres() {
    postgres = PostgresUnderTest.start();
  }

  @AfterAll
  static void stopPostgres() {
    if (postgres != null) {
      postgres.close();
    }
  }

  @Test
  void uses_user_and_password_unchanged_except_for_one_line_ending() throws SQLException {
    var server = Objects.requireNonNull(postgres);
    var shop = server.config();
    try (var connection = DriverManager.getConnection(shop.url(), shop.user(), shop.password());
        var statement = connection.createStatement()) {
      statement.execute("CREATE ROLE \"a shop \" SUPERUSER LOGIN PASSWORD ' pa ss '");
    }
    var variables = new HashMap<>(server.variables());
    variables.putAll(Map.of("ORDERS_PORT", "0", "DRAIN_MS", "0", "DATABASE_USER", "a shop \n"));
    variables.put("DATABASE_PASSWORD", " pa ss \r\n");

    try (var service = OrdersMain.start(OrdersConfig.from(Environment.of(variables)))) {
      assertThat(service.port()).isPositive();
    }
    variables.put("DATABASE_PASSWORD", " pa ss");
    assertThatThrownBy(() -> OrdersMain.start(OrdersConfig.from(Environment.of(variables))))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("which are used as they are, with spaces");
  }

  @Override
  protected DatabaseConfig database() {
    return Objects.requireNonNull(postgres).config();
  }
}
