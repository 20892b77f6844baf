package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.k8s.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that writes certificates, in a new copy of the project. */
@Tag("build")
class CertificatesCommandTest {
  private static final List<String> FOLDERS =
      List.of("certificates", "k8s/overlays/tls/certificates");

  @TempDir private static Path copy;
  private static ProjectCopy project;
  private static String output = "";

  @BeforeAll
  static void writeCertificates() throws IOException {
    project = ProjectCopy.into(copy);
    output = run("./mvnw", "-q", "-Pcertificates");
  }

  @Test
  void writes_a_certificate_for_each_service_and_says_until_when_it_is_valid() {
    for (var folder : FOLDERS) {
      for (var service : Processes.SERVICES) {
        for (var file : List.of("tls.crt", "tls.key", "ca.crt")) {
          assertThat(copy.resolve(folder).resolve(service).resolve(file)).isNotEmptyFile();
        }
      }
    }
    assertThat(output)
        .contains("Wrote certificates and k8s/overlays/tls/certificates for marketplace")
        .containsPattern("Certificates: valid until 20\\d\\d-\\d\\d-\\d\\dT");
  }

  @Test
  void compiles_no_other_module() throws IOException {
    try (var files = Files.walk(copy, 2)) {
      assertThat(files.filter(file -> file.endsWith("target")))
          .containsExactly(copy.resolve("demo-certificates/target"));
    }
  }

  @Test
  void renews_the_certificates_with_the_same_authority_from_any_folder() throws IOException {
    var authority = Files.readString(copy.resolve("certificates/ca/ca.crt"));
    var before = Files.readString(copy.resolve("certificates/orders/tls.crt"));

    run("sh", "-c", "cd demo-certificates && ../mvnw -q -Pcertificates");

    assertThat(copy.resolve("certificates/ca/ca.crt")).hasContent(authority);
    assertThat(Files.readString(copy.resolve("certificates/orders/tls.crt"))).isNotEqualTo(before);
    assertThat(copy.resolve("demo-certificates/certificates")).doesNotExist();
  }

  @Test
  @Needs(Tool.GIT)
  void writes_only_files_that_git_ignores() {
    Output.of(List.of("git", "init", "--quiet", copy.toString())).orFail();
    var added =
        Output.of(
                List.of("git", "-C", copy.toString(), "ls-files", "--others", "--exclude-standard"))
            .orFail();
    assertThat(added.lines()).contains("pom.xml").noneMatch(file -> file.matches(".*\\.(key|crt)"));
  }

  private static String run(String... command) {
    try (var maven = project.start("mvnw-certificates", Map.of(), command)) {
      var exitCode = maven.awaitEnd();
      var log = String.join("\n", maven.log());
      assertThat(exitCode).as(log).isZero();
      return log;
    }
  }
}
