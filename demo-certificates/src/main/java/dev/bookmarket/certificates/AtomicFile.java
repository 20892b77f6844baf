package dev.bookmarket.certificates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Replaces files atomically: a reader sees the old or the new content, never a part. */
final class AtomicFile {
  private AtomicFile() {}

  /** Writes a file with these permissions, for example {@code rw-r--r--}. */
  static void write(Path file, String content, String permissions) throws IOException {
    // The temporary file is readable by its owner only, until it has its final permissions.
    var temporary = Files.createTempFile(file.toAbsolutePath().getParent(), ".", ".tmp");
    try {
      Files.writeString(temporary, content);
      setPermissions(temporary, permissions);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Creates a folder, and its parents, if it is absent, and sets its permissions. */
  static void createFolder(Path folder, String permissions) throws IOException {
    Files.createDirectories(folder);
    setPermissions(folder, permissions);
  }

  /** Has no effect on a file system without POSIX permissions, as on Windows. */
  private static void setPermissions(Path path, String permissions) throws IOException {
    if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
  }
}
