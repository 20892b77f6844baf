package dev.bookmarket.orders;

import dev.bookmarket.orders.DatabaseConfig.SqliteFile;
import dev.bookmarket.runtime.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process that opens database files at the same time as other processes. */
final class DatabaseOpener {
  private DatabaseOpener() {}

  /**
   * Opens each file like the service, which checks the database repeatedly until it is available.
   *
   * @param arguments the folder, the number of processes, and the number of files
   */
  public static void main(String[] arguments) throws IOException {
    var folder = Path.of(arguments[0]);
    for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
      var ready = Files.createDirectories(folder.resolve(i + ".ready"));
      Files.createTempFile(ready, "process", "");
      while (count(ready) < Integer.parseInt(arguments[1])) {
        pause();
      }
      try (var database = Database.open(new SqliteFile(folder.resolve(i + ".db")))) {
        while (!isAvailable(database)) {
          pause();
        }
      }
    }
  }

  private static boolean isAvailable(Database database) {
    try {
      database.check();
      return true;
    } catch (UnavailableException e) {
      return false;
    }
  }

  private static long count(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.count();
    }
  }

  private static void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
  }
}
