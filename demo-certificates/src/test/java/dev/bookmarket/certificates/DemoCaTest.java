package dev.bookmarket.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidatorException;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCaTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final List<String> NAMES = List.of("orders", "localhost", "127.0.0.1", "::1");

  private final DemoCa ca = DemoCa.create(START, DAY.multipliedBy(10));
  private final DemoCertificate issued = ca.issue("spiffe://shop/orders", NAMES, START, DAY);

  @TempDir private Path folder;

  @Test
  void issues_a_certificate_that_the_jdk_trusts_while_it_is_valid() throws Exception {
    Certificates.validate(issued.certificate(), ca.pem(), START.plus(DAY).minusSeconds(1));
    for (var time : List.of(START.minusSeconds(1), START.plus(DAY).plusSeconds(1))) {
      assertThatThrownBy(() -> Certificates.validate(issued.certificate(), ca.pem(), time))
          .isInstanceOf(CertPathValidatorException.class)
          .hasMessageContaining("validity check failed");
    }
  }

  @Test
  void issues_a_certificate_that_another_authority_does_not_trust() {
    var other = DemoCa.create(START, DAY);
    assertThat(other.certificate().getSubjectX500Principal())
        .isNotEqualTo(ca.certificate().getSubjectX500Principal());
    assertThatThrownBy(() -> Certificates.validate(issued.certificate(), other.pem(), START))
        .isInstanceOf(CertPathValidatorException.class);
  }

  @Test
  void issues_a_certificate_for_the_uri_and_the_names() throws Exception {
    assertThat(Certificates.alternativeNames(issued.certificate()))
        .containsExactly(
            "6=spiffe://shop/orders",
            "2=orders",
            "2=localhost",
            "7=127.0.0.1",
            "7=0:0:0:0:0:0:0:1");
    assertThat(Certificates.alternativeNames(ca.issue("", NAMES, START, DAY).certificate()))
        .hasSize(4)
        .noneMatch(name -> name.startsWith("6="));
  }

  @Test
  void issues_a_certificate_for_servers_and_clients_but_not_for_issuing() throws Exception {
    var certificate = Certificates.of(issued.certificate());
    assertThat(certificate.getExtendedKeyUsage())
        .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(certificate.getKeyUsage())
        .containsExactly(true, false, false, false, false, false, false, false, false);
    assertThat(ca.certificate().getBasicConstraints()).isZero();
    assertThat(ca.certificate().getKeyUsage())
        .containsExactly(false, false, false, false, false, true, false, false, false);
  }

  @Test
  void issues_each_certificate_with_its_own_key_and_serial_number() throws Exception {
    var first = Certificates.of(issued.certificate());
    var second = Certificates.of(ca.issue("", NAMES, START, DAY).certificate());
    assertThat(first.getSerialNumber()).isNotEqualTo(second.getSerialNumber()).isPositive();
    assertThat(first.getPublicKey()).isNotEqualTo(second.getPublicKey());
    assertThat(((ECPublicKey) first.getPublicKey()).getParams().getOrder().bitLength())
        .isEqualTo(256);
    assertThat(Certificates.isPair(issued.certificate(), issued.key())).isTrue();
  }

  @Test
  void continues_with_the_same_key_after_it_was_read_from_its_files() throws Exception {
    ca.write(folder, "");
    var read = DemoCa.read(folder);
    assertThat(read.certificate()).isEqualTo(ca.certificate());
    Certificates.validate(read.issue("", NAMES, START, DAY).certificate(), ca.pem(), START);
  }

  @Test
  void rejects_an_invalid_file_with_the_name_of_its_folder() throws IOException {
    ca.write(folder, "");
    Files.writeString(folder.resolve("ca.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n");
    assertThatThrownBy(() -> DemoCa.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessage("Invalid ca.crt or ca.key in " + folder)
        .hasCauseInstanceOf(GeneralSecurityException.class);
  }
}
