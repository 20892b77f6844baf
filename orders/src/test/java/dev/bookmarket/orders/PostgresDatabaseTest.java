package dev.bookmarket.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.orders.DatabaseConfig.PostgresUrl;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What needs no server; the rest is in the system tests. */
class PostgresDatabaseTest {
  @Test
  void orders_are_stored_in_the_schema_that_is_migrated() {
    var database =
        new PostgresDatabase(
            new PostgresUrl(
                "jdbc:postgresql://db/orders?options=-c%20search_path=shop", "", "geheim"));

    assertThat(((PGSimpleDataSource) database.migrating()).getOptions())
        .isEqualTo("-c search_path=shop");
    assertThat(((PGSimpleDataSource) database.pooled()).getOptions())
        .startsWith("-c search_path=shop -c statement_timeout=");
  }

  @Test
  void a_url_without_options_adds_none() {
    var database = new PostgresDatabase(new PostgresUrl("jdbc:postgresql://db/orders", "", ""));

    assertThat(((PGSimpleDataSource) database.pooled()).getOptions())
        .startsWith("-c statement_timeout=");
  }
}
