package dev.bookmarket.systemtests;

import dev.bookmarket.orders.DatabaseConfig;
import dev.bookmarket.orders.StoredOrders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

@Needs(Tool.DOCKER)
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

  @Override
  protected DatabaseConfig database() {
    return java.util.Objects.requireNonNull(postgres).config();
  }
}
