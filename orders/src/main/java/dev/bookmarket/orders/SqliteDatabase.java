package dev.bookmarket.orders;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** A file of SQLite's, each commit of which is on the disk when it returns. */
final class SqliteDatabase implements DatabaseKind {
  /** Within the two seconds that an order may take. */
  private static final Duration WAIT_FOR_OTHER_PROCESSES = Duration.ofMillis(800);

  private final Path file;

  /** What the connections have opened: a file that is deleted or replaced would take no orders. */
  private volatile @Nullable Object opened;

  SqliteDatabase(Path file) {
    this.file = file;
  }

  @Override
  public DataSource pooled() {
    var config = new SQLiteConfig();
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.FULL);
    config.setBusyTimeout((int) WAIT_FOR_OTHER_PROCESSES.toMillis());
    config.enforceForeignKeys(true);
    // A transaction that begins with reading could not wait for its turn to write.
    config.setTransactionMode(TransactionMode.IMMEDIATE);
    var source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  @Override
  public DataSource migrating() {
    return pooled();
  }

  @Override
  public int connections() {
    return 4;
  }

  @Override
  public String initialStatements() {
    return "";
  }

  @Override
  public boolean hasOneWriter() {
    return true;
  }

  @Override
  public Optional<Trouble> prepare() {
    try {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      try {
        Files.createFile(file, forItsOwnerOnly(file));
      } catch (FileAlreadyExistsException e) {
        // from an earlier start
      }
      opened = keyOf(file);
    } catch (IOException e) {
      return Optional.of(new Trouble("it cannot be made (" + e + ")", true));
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file) || !Files.isWritable(file)) {
      return Optional.of(
          new Trouble("it is not a file that this process may read and write", true));
    }
    return Optional.empty();
  }

  @Override
  public Optional<Trouble> replaced() {
    try {
      return Objects.equals(opened, keyOf(file))
          ? Optional.empty()
          : Optional.of(
              new Trouble("another file has taken its place; restart the service", false));
    } catch (IOException e) {
      return Optional.of(new Trouble("it is gone", false));
    }
  }

  /** It waits for nothing but other processes. */
  @Override
  public void limit(Connection connection, Duration time) throws SQLException {
    var wait = time.compareTo(WAIT_FOR_OTHER_PROCESSES) < 0 ? time : WAIT_FOR_OTHER_PROCESSES;
    connection.unwrap(SQLiteConnection.class).setBusyTimeout((int) wait.toMillis());
  }

  @Override
  public Optional<Trouble> troubleOf(SQLException failure) {
    if (!(failure instanceof SQLiteException sqlite)) {
      return Optional.empty();
    }
    var code = sqlite.getResultCode();
    var primary = SQLiteErrorCode.getErrorCode(code.code & 0xff);
    return switch (primary) {
      case SQLITE_BUSY, SQLITE_LOCKED -> trouble("another process has locked it", code, false);
      case SQLITE_FULL -> trouble("its disk is full", code, false);
      case SQLITE_IOERR -> trouble("its disk does not read or write", code, false);
      case SQLITE_NOMEM -> trouble("the memory is full", code, false);
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH ->
          trouble("it cannot be opened for writing", code, true);
      case SQLITE_NOTADB -> trouble("it is no SQLite database", code, true);
      case SQLITE_CORRUPT -> trouble("it is damaged", code, true);
      default -> Optional.empty();
    };
  }

  @Override
  public String name() {
    return "ORDERS_DB " + file;
  }

  private static Optional<Trouble> trouble(String what, SQLiteErrorCode code, boolean lasting) {
    return Optional.of(new Trouble("%s (%s)".formatted(what, code.name()), lasting));
  }

  private static @Nullable Object keyOf(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** The orders hold names and addresses. */
  private static FileAttribute<?>[] forItsOwnerOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[] {};
  }
}
