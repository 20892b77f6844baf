package dev.bookmarket.orders;

import static dev.bookmarket.orders.DatabaseProblem.permanent;
import static dev.bookmarket.orders.DatabaseProblem.temporary;

import dev.bookmarket.runtime.PathProblem;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.util.LibraryLoaderUtil;

/** An SQLite file, to which each commit is written durably; readable by its owner only. */
final class SqliteDatabase extends Database {
  /** Shorter than the 2 s that an order may take. */
  private static final int MAX_BUSY_TIMEOUT_MILLIS = 800;

  private final Path file;

  /** Identifies the file that the connections have opened, to detect that it was replaced. */
  private volatile @Nullable Object fileKey;

  SqliteDatabase(Path file) {
    super("sqlite", "ORDERS_DB " + file, 4, 1, "");
    this.file = file;
    // Keep the connections to the old file if the file is replaced: close() needs one.
    pool.setMaxLifetime(0);
  }

  @Override
  DataSource dataSource(Duration socketTimeout) {
    var config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(MAX_BUSY_TIMEOUT_MILLIS);
    config.enforceForeignKeys(true);
    // prepare() creates the file. If it is deleted later, SQLite must not create an empty one.
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    // SQLite does not wait for other writers in a transaction that starts with a read.
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    var source =
        new SQLiteDataSource(config) {
          @Override
          public Connection getConnection() throws SQLException {
            // SQLite would apply the write-ahead log of the old file to the new one.
            var stale = staleReason();
            if (stale.isPresent()) {
              throw new SQLTransientConnectionException(stale.get());
            }
            return super.getConnection();
          }
        };
    source.setUrl(urlOf(file.toUri()));
    return source;
  }

  @Override
  void prepare() {
    try {
      createFile();
      fileKey = fileKey();
    } catch (IOException e) {
      throw startupException(
          "it cannot be created: "
              + PathProblem.in(file).orElse(e.toString())
              + "; set ORDERS_DB to a file that this user can create");
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file) || !Files.isWritable(file)) {
      throw startupException("it is not a file that this user can read and write");
    }
    loadNativeLibrary();
  }

  @Override
  Optional<String> staleReason() {
    try {
      if (!isReplaced()) {
        return Optional.empty();
      }
      return Optional.of(
          "the file was replaced; stop the service, delete %1$s-wal and %1$s-shm, and start it"
              .formatted(file.getFileName()));
    } catch (IOException e) {
      return Optional.of(
          "the file no longer exists; move it back together with "
              + file.getFileName()
              + "-wal, restore a backup as in docs/operations.md, or restart the service to create"
              + " an empty one");
    }
  }

  @Override
  public void close() {
    try {
      if (pool.isRunning() && isReplaced()) {
        emptyWriteAheadLog();
      }
    } catch (IOException | SQLException e) {
      // The log stays as it is. The log of the service says that the operator has to delete it.
    } finally {
      super.close();
    }
  }

  @Override
  void limitWaits(Connection connection, int millis) throws SQLException {
    connection
        .unwrap(SQLiteConnection.class)
        .setBusyTimeout(Math.min(millis, MAX_BUSY_TIMEOUT_MILLIS));
  }

  @Override
  Optional<DatabaseProblem> problemOf(SQLException failure) {
    if (!(failure instanceof SQLiteException sqlite)) {
      return Optional.empty();
    }
    var result = sqlite.getResultCode();
    var code = result.name();
    return switch (SQLiteErrorCode.getErrorCode(result.code & 0xff)) {
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL ->
          temporary(
              "another process has locked it, or its file system does not support locks, such as"
                  + " NFS; use a local disk",
              code);
      case SQLITE_FULL -> temporary("its disk is full", code);
      case SQLITE_IOERR -> temporary("its disk cannot be read or written", code);
      case SQLITE_NOMEM -> temporary("the process is out of memory", code);
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH ->
          permanent("it cannot be opened for writing", code);
      case SQLITE_NOTADB -> permanent("it is not an SQLite database", code);
      case SQLITE_CORRUPT -> permanent("it is damaged", code);
      default -> Optional.empty();
    };
  }

  /**
   * Writes the orders of the write-ahead log to the old file, which may still exist elsewhere.
   * Otherwise the next start would apply the log to the new file, because SQLite finds it by its
   * name. Keeps a copy of the log for an operator who copied the old file elsewhere without it.
   */
  private void emptyWriteAheadLog() throws IOException, SQLException {
    var realFile = file.toRealPath();
    var log = realFile.resolveSibling(realFile.getFileName() + "-wal");
    if (Files.size(log) == 0) {
      return;
    }
    Files.copy(
        log,
        realFile.resolveSibling(log.getFileName() + ".replaced"),
        StandardCopyOption.REPLACE_EXISTING);
    // The connections of the pool still have the old file and its log open.
    try (var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
  }

  /**
   * Returns the URL for the driver. Needs a URI, which encodes special characters: the driver cuts
   * off a plain path at a question mark, and trims spaces. SQLite accepts no host in a URI, so the
   * host of a Windows share becomes a part of the path.
   */
  static String urlOf(URI file) {
    var host = file.getRawAuthority();
    return "jdbc:sqlite:" + (host == null ? file : "file:////" + host + file.getRawPath());
  }

  private boolean isReplaced() throws IOException {
    return !Objects.equals(fileKey, fileKey());
  }

  private @Nullable Object fileKey() throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  private void createFile() throws IOException {
    var folder = file.getParent();
    // Before JDK 20, createDirectories rejects a link to a folder.
    if (folder != null && !Files.isDirectory(folder)) {
      Files.createDirectories(folder, ownerOnly("rwx------"));
    }
    try {
      Files.createFile(file, ownerOnly("rw-------"));
    } catch (FileAlreadyExistsException e) {
      // An earlier start has created it.
    }
  }

  /** Returns attributes for a new file or folder that only its owner may use. */
  private FileAttribute<?>[] ownerOnly(String permissions) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[] {};
  }

  /** Loads SQLite's native library, which the driver first copies to the temporary folder. */
  private void loadNativeLibrary() {
    try {
      var unused = SQLiteJDBCLoader.initialize();
    } catch (Exception | LinkageError e) {
      if (!LibraryLoaderUtil.hasNativeLib(
          LibraryLoaderUtil.getNativeLibResourcePath(), LibraryLoaderUtil.getNativeLibName())) {
        throw startupException(
            "SQLite does not support this system; use PostgreSQL (DATABASE_URL)");
      }
      // Use File, because Path.of rejects characters that the locale cannot encode.
      var folder =
          new File(
              System.getProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir", "")));
      throw startupException(
          "SQLite's native library cannot be unpacked and loaded in the temporary folder "
              + folder.getAbsolutePath()
              + ", which must exist, be writable, have 2 MB of free space and allow execution (no"
              + " noexec mount); select another folder with the JVM option"
              + " -Dorg.sqlite.tmpdir=FOLDER");
    }
  }
}
