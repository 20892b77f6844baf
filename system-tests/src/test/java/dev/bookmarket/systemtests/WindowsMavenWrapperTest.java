package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The text of {@code mvnw.cmd}, which runs only on Windows. */
class WindowsMavenWrapperTest {
  private static final Pattern READS_PATH = Pattern.compile("(?m)^.*\\bGet-(?:Content|Item) .*$");

  @Test
  void accepts_apostrophes_and_brackets_in_paths() throws IOException {
    var script = Files.readString(ProcessUnderTest.ROOT.resolve("mvnw.cmd"));

    assertThat(script).doesNotContain("'%");
    assertThat(READS_PATH.matcher(script).results())
        .hasSize(4)
        .allMatch(line -> line.group().contains("-LiteralPath "));
  }
}
