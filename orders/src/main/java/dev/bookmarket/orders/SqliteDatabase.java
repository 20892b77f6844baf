package dev.bookmarket.orders;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.util.LibraryLoaderUtil;

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
    // prepare() creates the file. Where it is gone later, an empty one must not take its place.
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    // A transaction that begins with reading could not wait for its turn to write.
    config.setTransactionMode(TransactionMode.IMMEDIATE);
    var source = new SQLiteDataSource(config);
    // As a URI, in which every special character is encoded: of a plain path, the driver cuts off
    // what follows a question mark, and trims spaces.
    source.setUrl("jdbc:sqlite:" + file.toUri());
    return source;
  }

  @Override
  public DataSource migrating() {
    return pooled();
  }

  @Override
  public String initialStatements() {
    return "";
  }

  @Override
  public int connections() {
    return 4;
  }

  @Override
  public boolean hasOneWriter() {
    return true;
  }

  @Override
  public Optional<DatabaseProblem> prepare() {
    try {
      createFile();
      opened = keyOf(file);
    } catch (IOException e) {
      return lasting(
          "it cannot be made: " + causeOf(e) + "; set ORDERS_DB to a file that this user can make");
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file) || !Files.isWritable(file)) {
      return lasting("it is not a file that this process may read and write");
    }
    return loadLibrary();
  }

  @Override
  public Optional<DatabaseProblem> replaced() {
    try {
      return Objects.equals(opened, keyOf(file))
          ? Optional.empty()
          : Optional.of(
              new DatabaseProblem("another file has taken its place; restart the service", false));
    } catch (IOException e) {
      return Optional.of(new DatabaseProblem("it is gone", false));
    }
  }

  /** It waits for nothing but other processes. */
  @Override
  public void limit(Connection connection, Duration time) throws SQLException {
    var wait = time.compareTo(WAIT_FOR_OTHER_PROCESSES) < 0 ? time : WAIT_FOR_OTHER_PROCESSES;
    connection.unwrap(SQLiteConnection.class).setBusyTimeout((int) wait.toMillis());
  }

  @Override
  public Optional<DatabaseProblem> troubleOf(SQLException failure) {
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

  private static Optional<DatabaseProblem> trouble(
      String what, SQLiteErrorCode code, boolean lasting) {
    return Optional.of(new DatabaseProblem("%s (%s)".formatted(what, code.name()), lasting));
  }

  private static @Nullable Object keyOf(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  private void createFile() throws IOException {
    var folder = file.getParent();
    // Before JDK 20, createDirectories rejects a link to a folder.
    if (folder != null && !Files.isDirectory(folder)) {
      Files.createDirectories(folder, forOwnerOnly(folder, "rwx------"));
    }
    try {
      Files.createFile(file, forOwnerOnly(file, "rw-------"));
    } catch (FileAlreadyExistsException e) {
      // from an earlier start
    }
  }

  /** Returns which part of the path causes the failure; the exception's message does not say it. */
  private String causeOf(IOException failure) {
    for (var path = file; path != null; path = path.getParent()) {
      try {
        var real = path.toRealPath();
        if (!path.equals(file) && !Files.isDirectory(real)) {
          return path + " is not a folder";
        }
      } catch (IOException e) {
        if (Files.isSymbolicLink(path)) {
          return e instanceof NoSuchFileException
              ? path + " is a link whose target does not exist"
              : path + " is a link that cannot be followed (" + e.getMessage() + ")";
        }
      }
    }
    return failure.toString();
  }

  /** Loads SQLite's native library, which the driver unpacks first. */
  private static Optional<DatabaseProblem> loadLibrary() {
    try {
      var unused = SQLiteJDBCLoader.initialize();
      return Optional.empty();
    } catch (Exception | LinkageError e) {
      if (!LibraryLoaderUtil.hasNativeLib(
          LibraryLoaderUtil.getNativeLibResourcePath(), LibraryLoaderUtil.getNativeLibName())) {
        return lasting("SQLite does not support this system; use PostgreSQL (DATABASE_URL)");
      }
      // As a File: Path.of rejects characters that the locale cannot encode.
      var folder =
          System.getProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir", ""));
      return lasting(
          "SQLite's native library cannot be unpacked and loaded in the temporary folder "
              + new File(folder).getAbsolutePath()
              + ", which must exist, be writable, have 2 MB of free space and allow execution (no"
              + " noexec mount); select another folder with the JVM option"
              + " -Dorg.sqlite.tmpdir=FOLDER");
    }
  }

  private static Optional<DatabaseProblem> lasting(String text) {
    return Optional.of(new DatabaseProblem(text, true));
  }

  /** The orders hold names and addresses. */
  private static FileAttribute<?>[] forOwnerOnly(Path file, String permissions) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[] {};
  }
}
