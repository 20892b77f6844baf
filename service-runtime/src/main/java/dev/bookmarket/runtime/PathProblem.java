package dev.bookmarket.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Explains why a file cannot be opened or created, where the JDK's exceptions do not. */
public final class PathProblem {
  private PathProblem() {}

  /**
   * Returns which part of the path is a file in the place of a folder, or a link that cannot be
   * followed; empty if there is none.
   */
  public static Optional<String> in(Path file) {
    for (@Nullable Path path = file; path != null; path = path.getParent()) {
      try {
        if (!Files.isDirectory(path.toRealPath()) && !path.equals(file)) {
          return Optional.of(path + " is not a folder");
        }
      } catch (IOException e) {
        if (Files.isSymbolicLink(path)) {
          return Optional.of(
              e instanceof NoSuchFileException
                  ? path + " is a link whose target does not exist"
                  : path + " is a link that cannot be followed (" + e.getMessage() + ")");
        }
      }
    }
    return Optional.empty();
  }
}
