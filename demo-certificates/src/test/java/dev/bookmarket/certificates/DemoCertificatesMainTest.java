package dev.bookmarket.certificates;

import static dev.bookmarket.certificates.DemoCertificatesMain.FOLDERS;
import static dev.bookmarket.certificates.DemoCertificatesMain.IDENTITIES;
import static dev.bookmarket.certificates.DemoCertificatesMain.VALIDITY;
import static dev.bookmarket.certificates.DemoCertificatesMain.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCertificatesMainTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant LATER = NOW.plus(Duration.ofDays(60));

  @TempDir private Path project;

  @Test
  void writes_for_each_identity_a_certificate_that_its_own_bundle_trusts() throws Exception {
    run(project, NOW);
    for (var folder : FOLDERS) {
      for (var identity : IDENTITIES) {
        var bundle = read(folder, identity, "ca.crt");
        var certificate = read(folder, identity, "tls.crt");
        Certificates.validate(certificate, bundle, NOW.minusSeconds(60));
        Certificates.validate(certificate, bundle, NOW.plus(VALIDITY));
        assertThatThrownBy(
                () -> Certificates.validate(certificate, bundle, NOW.plus(VALIDITY).plusSeconds(1)))
            .hasMessageContaining("validity check failed");
        assertThat(Certificates.isPair(certificate, read(folder, identity, "tls.key"))).isTrue();
        assertThat(bundle).isEqualTo(read("certificates", "ca", "ca.crt"));
      }
    }
  }

  @Test
  void names_a_service_as_its_callers_do() throws Exception {
    run(project, NOW);
    assertThat(Certificates.alternativeNames(read("certificates", "orders", "tls.crt")))
        .containsExactlyInAnyOrder(
            "6=spiffe://bookmarket/orders",
            "2=orders",
            "2=orders.bookmarket",
            "2=orders.bookmarket.svc",
            "2=orders.bookmarket.svc.cluster.local",
            "2=orders-tls",
            "2=orders-tls.bookmarket",
            "2=orders-tls.bookmarket.svc",
            "2=orders-tls.bookmarket.svc.cluster.local",
            "2=localhost",
            "7=127.0.0.1",
            "7=0:0:0:0:0:0:0:1");
  }

  @Test
  void gives_a_client_no_name_of_a_server_and_the_database_no_identity_of_the_shop()
      throws Exception {
    run(project, NOW);
    assertThat(Certificates.alternativeNames(read("certificates", "client", "tls.crt")))
        .containsExactlyInAnyOrder("6=spiffe://bookmarket/client", "2=client");
    assertThat(Certificates.alternativeNames(read("certificates", "postgres", "tls.crt")))
        .contains("2=postgres")
        .noneMatch(name -> name.startsWith("6="));
  }

  @Test
  void renews_the_certificates_with_the_same_authority() throws Exception {
    run(project, NOW);
    var key = read("certificates", "ca", "ca.key");
    var bundle = read("certificates", "ca", "ca.crt");
    var before = Certificates.of(read("certificates", "orders", "tls.crt"));
    run(project, LATER);
    assertThat(read("certificates", "ca", "ca.key")).isEqualTo(key);
    assertThat(read("certificates", "ca", "ca.crt")).isEqualTo(bundle);
    var renewed = read("certificates", "orders", "tls.crt");
    Certificates.validate(renewed, bundle, LATER.plus(VALIDITY));
    assertThat(Certificates.of(renewed).getPublicKey()).isNotEqualTo(before.getPublicKey());
    assertThat(read("k8s/overlays/tls/certificates", "orders", "tls.crt")).isEqualTo(renewed);
  }

  @Test
  void trusts_both_authorities_before_it_issues_from_a_new_one() throws Exception {
    run(project, NOW);
    var certificate = read("certificates", "orders", "tls.crt");
    Files.delete(project.resolve("certificates/ca/ca.key"));

    assertThat(run(project, LATER)).contains("The CA is new. Run this again");
    assertThat(read("certificates", "orders", "tls.crt")).isEqualTo(certificate);
    var bundle = read("certificates", "orders", "ca.crt");
    Certificates.validate(certificate, bundle, LATER);

    assertThat(run(project, LATER)).contains("Run this again to renew them");
    assertThat(read("certificates", "orders", "ca.crt")).isEqualTo(bundle);
    var issued = read("certificates", "orders", "tls.crt");
    Certificates.validate(issued, bundle, LATER);
    var authorities = Certificates.allOf(bundle);
    assertThat(authorities).hasSize(2);
    assertThat(Certificates.of(issued).getIssuerX500Principal())
        .isEqualTo(authorities.get(0).getSubjectX500Principal());
    assertThat(Certificates.of(certificate).getIssuerX500Principal())
        .isEqualTo(authorities.get(1).getSubjectX500Principal());
  }

  @Test
  void issues_no_certificate_that_would_outlive_the_authority() throws Exception {
    run(project, NOW);
    var certificate = read("certificates", "orders", "tls.crt");
    assertThatThrownBy(() -> run(project, NOW.plus(DemoCertificatesMain.CA_VALIDITY)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Delete " + project.resolve("certificates/ca/ca.key"));
    assertThat(read("certificates", "orders", "tls.crt")).isEqualTo(certificate);
  }

  @Test
  void lets_other_users_read_only_what_a_container_mounts() throws Exception {
    assumeThat(FileSystems.getDefault().supportedFileAttributeViews()).contains("posix");
    Files.createDirectories(project.resolve("certificates"));
    run(project, NOW);
    run(project, LATER);
    for (var folder : FOLDERS) {
      assertThat(permissions(folder)).isEqualTo("rwx------");
      assertThat(permissions(folder + "/orders")).isEqualTo("rwxr-xr-x");
      assertThat(permissions(folder + "/orders/tls.key")).isEqualTo("rw-r--r--");
    }
    assertThat(permissions("certificates/ca/ca.key")).isEqualTo("rw-------");
    try (var files = Files.list(project.resolve("certificates/orders"))) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .containsExactlyInAnyOrder("ca.crt", "tls.crt", "tls.key");
    }
  }

  @Test
  void says_what_it_wrote_and_until_when_it_is_valid() throws Exception {
    assertThat(run(project, NOW))
        .contains("certificates and k8s/overlays/tls/certificates", "orders, greeter")
        .contains("valid until 2031-02-28T09:00:00Z", "valid until 2026-05-30T10:00:00Z");
  }

  private String read(String folder, String identity, String file) throws IOException {
    return Files.readString(project.resolve(folder).resolve(identity).resolve(file));
  }

  private String permissions(String path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(project.resolve(path)));
  }
}
