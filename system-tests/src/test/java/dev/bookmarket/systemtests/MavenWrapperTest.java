package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that {@code mvnw} verifies its download on a machine without unzip, curl and wget, such as
 * the image of a JDK. The distribution is one that prints its arguments, from a folder.
 */
@Needs(Tool.SHELL)
class MavenWrapperTest {
  private static final String PROPERTIES = ".mvn/wrapper/maven-wrapper.properties";

  @TempDir private Path folder;
  private String checksum = "";

  @BeforeEach
  void copyTheWrapper() throws Exception {
    Files.createDirectories(folder.resolve(".mvn/wrapper"));
    for (var file : List.of("mvnw", PROPERTIES)) {
      Files.copy(
          ProcessUnderTest.ROOT.resolve(file),
          folder.resolve(file),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    var properties = Files.readString(folder.resolve(PROPERTIES));
    var path =
        properties.replaceFirst("(?s).*distributionUrl=https://[^/]+/[^/]+/(\\S+)\\.zip.*", "$1");
    var archive = folder.resolve("repository").resolve(path + ".tar.gz");
    var top = path.replaceFirst(".*/(.*)-bin", "$1");
    var program = folder.resolve(top).resolve("bin/mvn");
    Files.createDirectories(folder.resolve(top).resolve("bin"));
    Files.createDirectories(folder.resolve("repository").resolve(path).resolve(".."));
    Files.writeString(program, "#!/bin/sh\necho Maven with \"$@\"\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    assertThat(
            new ProcessBuilder("tar", "czf", archive.toString(), "-C", folder.toString(), top)
                .start()
                .waitFor())
        .isZero();
    checksum =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive)));
    linkToolsExcept(List.of("unzip", "curl", "wget"));
  }

  @Test
  void runs_a_distribution_with_the_expected_checksum() throws IOException {
    expect(checksum);

    try (var maven = mvnw()) {
      assertThat(maven.awaitEnd()).as("%s", maven.log()).isZero();
      assertThat(maven.log()).contains("Maven with verify");
    }
  }

  @Test
  void rejects_a_distribution_with_another_checksum() throws IOException {
    expect("0".repeat(64));

    try (var maven = mvnw()) {
      assertThat(maven.awaitEnd()).isNotZero();
      assertThat(maven.log())
          .anyMatch(line -> line.contains("Failed to validate Maven distribution SHA-256"))
          .doesNotContain("Maven with verify");
    }
  }

  private void expect(String sha256) throws IOException {
    var properties = folder.resolve(PROPERTIES);
    var changed =
        Files.readString(properties)
            .replaceFirst(
                "(?m)^distributionTarGzSha256Sum=\\S+$", "distributionTarGzSha256Sum=" + sha256);
    assertThat(changed).contains(sha256);
    Files.writeString(properties, changed);
  }

  private ProcessUnderTest mvnw() {
    return ProcessUnderTest.start(
        "mvnw",
        new ProcessBuilder("./mvnw", "verify").directory(folder.toFile()),
        Map.of(
            "JAVA_HOME", System.getProperty("java.home"),
            "MAVEN_USER_HOME", folder.resolve("home").toString(),
            "MVNW_REPOURL", folder.resolve("repository").toUri().toString().replaceFirst("/$", ""),
            "PATH", folder.resolve("tools").toString()));
  }

  private void linkToolsExcept(List<String> absent) throws IOException {
    var tools = Files.createDirectory(folder.resolve("tools"));
    for (var directory : List.of("/bin", "/usr/bin")) {
      try (var programs = Files.list(Path.of(directory))) {
        for (var program : programs.toList()) {
          var link = tools.resolve(program.getFileName());
          if (!absent.contains(program.getFileName().toString()) && !Files.exists(link)) {
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, program);
          }
        }
      }
    }
  }
}
