package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that other tests can use the folder of the project while it is copied. */
class ProjectCopyTest {
  @TempDir private Path from;
  @TempDir private Path to;

  @Test
  void omits_files_that_are_deleted_while_the_tree_is_copied() throws Exception {
    for (var name : new String[] {"kept", "deleted 1", "deleted 2"}) {
      Files.writeString(from.resolve(name), name);
    }

    ProjectCopy.copyTree(
        from,
        to,
        skipped -> false,
        (file, copy) -> {
          Files.deleteIfExists(from.resolve("deleted 1"));
          Files.deleteIfExists(from.resolve("deleted 2"));
          return Files.copy(file, copy);
        });

    try (var copied = Files.list(to)) {
      assertThat(copied).containsExactly(to.resolve("kept"));
    }
  }

  @Test
  void fails_if_there_is_no_project() {
    assertThatThrownBy(
            () -> ProjectCopy.copyTree(from.resolve("nothing"), to, skipped -> false, Files::copy))
        .isInstanceOf(NoSuchFileException.class);
  }
}
