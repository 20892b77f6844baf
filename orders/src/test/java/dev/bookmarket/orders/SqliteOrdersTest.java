package dev.bookmarket.orders;

import dev.bookmarket.orders.DatabaseConfig.SqliteFile;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SqliteOrdersTest extends StoredOrders {
  @TempDir private Path folder;

  @Override
  protected DatabaseConfig database() {
    return new SqliteFile(folder.resolve("orders.db"));
  }
}
