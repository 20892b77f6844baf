package dev.bookmarket.runtime.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bookmarket.certificates.DemoCa;
import dev.bookmarket.certificates.DemoCertificate;
import dev.bookmarket.runtime.StartupException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CertificateSetTest {
  private static final TestCertificates CERTIFICATES = new TestCertificates();

  @TempDir private Path folder;

  @Test
  void accepts_files_that_belong_together() throws Exception {
    var set = set(CERTIFICATES.of("orders"), CERTIFICATES.authority.pem());

    assertThat(set.server().isServer()).isTrue();
    assertThat(set.client().isClient()).isTrue();
    assertThat(set.notAfter())
        .isBetween(
            Instant.now().plus(Duration.ofDays(59)), Instant.now().plus(Duration.ofDays(60)));
  }

  @Test
  void accepts_a_bundle_of_two_authorities() throws Exception {
    var other = TestCertificates.newAuthority();

    assertThat(set(CERTIFICATES.of("orders"), other.pem() + CERTIFICATES.authority.pem()))
        .isNotNull();
  }

  @Test
  void accepts_an_expired_authority_with_the_name_of_the_current_one() throws Exception {
    var expired = expiredAuthorityNamedLike(CERTIFICATES.authority);
    var bundles =
        List.of(
            expired + CERTIFICATES.authority.pem(), //
            CERTIFICATES.authority.pem() + expired);

    for (var bundle : bundles) {
      assertThat(set(CERTIFICATES.of("orders"), bundle).notAfter()).isAfter(Instant.now());
    }
  }

  /** Returns the certificate of an authority with its own key, as PEM text. */
  private static String expiredAuthorityNamedLike(DemoCa authority) throws Exception {
    var keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
    var name = new X500Name(authority.certificate().getSubjectX500Principal().getName());
    var certificate =
        new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(Instant.now().minusSeconds(100)),
                Date.from(Instant.now().minusSeconds(50)),
                name,
                keys.getPublic())
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
    return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
        .formatted(Base64.getMimeEncoder().encodeToString(certificate.getEncoded()));
  }

  private static Stream<Arguments> invalidFiles() {
    var certificate = CERTIFICATES.of("orders");
    var other = CERTIFICATES.of("orders");
    var authority = CERTIFICATES.authority.pem();
    var withoutLocalhost = CERTIFICATES.of("orders", List.of("orders", "127.0.0.1"));
    var withoutUri =
        CERTIFICATES.authority.issue(
            "", TestCertificates.LOCAL_NAMES, Instant.now(), TestCertificates.VALIDITY);
    var ofOtherDomain =
        CERTIFICATES.authority.issue(
            "spiffe://example/orders",
            TestCertificates.LOCAL_NAMES,
            Instant.now(),
            TestCertificates.VALIDITY);
    var expiredCa = DemoCa.create(Instant.now().minusSeconds(100), Duration.ofSeconds(50));
    var ofExpiredCa =
        expiredCa.issue(
            "spiffe://bookmarket/orders",
            TestCertificates.LOCAL_NAMES,
            Instant.now(),
            TestCertificates.VALIDITY);
    var key = certificate.key();
    return Stream.of(
        Arguments.of(
            new CertificateFiles(certificate.certificate(), other.key(), authority),
            "tls.key is not the key of the certificate in tls.crt"),
        files(CERTIFICATES.expired("orders"), authority, "tls.crt: its certificate has expired"),
        files(
            CERTIFICATES.notYetValid("orders"),
            authority,
            "tls.crt: its certificate is not valid yet"),
        files(
            certificate,
            TestCertificates.newAuthority().pem(),
            "tls.crt: its certificate is not signed by a CA in ca.crt"),
        files(
            CERTIFICATES.of("greeter"),
            authority,
            "tls.crt: its identity is spiffe://bookmarket/greeter, not spiffe://bookmarket/orders"),
        files(
            withoutUri,
            authority,
            "tls.crt: its identity is (none), not spiffe://bookmarket/orders"),
        files(
            ofOtherDomain,
            authority,
            "tls.crt: its identity is (none), not spiffe://bookmarket/orders"),
        files(
            withoutLocalhost,
            authority,
            "tls.crt: it lacks the DNS name localhost, which the warm-up needs"),
        Arguments.of(
            new CertificateFiles(certificate.certificate() + other.certificate(), key, authority),
            "tls.crt: each certificate must have signed the one before it"),
        Arguments.of(
            new CertificateFiles(ofExpiredCa.certificate(), ofExpiredCa.key(), expiredCa.pem()),
            "ca.crt: the CA of tls.crt has expired"),
        Arguments.of(
            new CertificateFiles("", key, authority),
            "tls.crt contains no valid certificate in PEM format"),
        Arguments.of(
            new CertificateFiles(key, key, authority),
            "tls.crt contains no valid certificate in PEM format"),
        Arguments.of(
            new CertificateFiles(firstHalf(certificate.certificate()), key, authority),
            "tls.crt contains no valid certificate in PEM format"),
        Arguments.of(
            new CertificateFiles(certificate.certificate(), key, "no PEM"),
            "ca.crt contains no valid certificate in PEM format"),
        Arguments.of(
            new CertificateFiles(
                certificate.certificate(), SelfSigned.of("orders", "EC", 521).key(), authority),
            "tls.key: its curve is neither P-256 nor P-384"),
        keyFile("", authority),
        keyFile(firstHalf(key), authority),
        keyFile(certificate.certificate(), authority),
        keyFile(key.replace("PRIVATE KEY", "EC PRIVATE KEY"), authority),
        keyFile(key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"), authority),
        keyFile("-----BEGIN PRIVATE KEY-----\n*\n-----END PRIVATE KEY-----\n", authority));
  }

  @ParameterizedTest
  @MethodSource("invalidFiles")
  void rejects_files_that_cannot_be_used_together(CertificateFiles files, String message) {
    assertThatThrownBy(() -> CertificateSet.of(files, "orders"))
        .isInstanceOf(StartupException.class)
        .hasMessage(message);
  }

  @Test
  void names_a_file_that_is_missing() throws Exception {
    CERTIFICATES.write(folder, "orders");
    Files.delete(folder.resolve("tls.key"));

    assertThatThrownBy(() -> CertificateFiles.read(folder))
        .isInstanceOf(StartupException.class)
        .hasMessageContainingAll("there is no", "tls.key", "-Pcertificates");
  }

  @Test
  void rejects_a_file_that_is_not_a_text() throws Exception {
    CERTIFICATES.write(folder, "orders");
    Files.write(folder.resolve("ca.crt"), new byte[] {(byte) 0xff});
    var files = CertificateFiles.read(folder);

    assertThatThrownBy(() -> CertificateSet.of(files, "orders"))
        .isInstanceOf(StartupException.class)
        .hasMessage("ca.crt contains no valid certificate in PEM format");
  }

  @Test
  void names_a_file_that_cannot_be_read() throws Exception {
    CERTIFICATES.write(folder, "orders");
    Files.delete(folder.resolve("tls.crt"));
    Files.createDirectory(folder.resolve("tls.crt"));

    assertThatThrownBy(() -> CertificateFiles.read(folder))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("cannot read ");
  }

  @Test
  void does_not_contain_the_key_in_its_text_form() throws Exception {
    CERTIFICATES.write(folder, "orders");

    assertThat(CertificateFiles.read(folder)).hasToString("CertificateFiles");
  }

  private static CertificateSet set(DemoCertificate certificate, String bundle) throws Exception {
    return CertificateSet.of(
        new CertificateFiles(certificate.certificate(), certificate.key(), bundle), "orders");
  }

  private static Arguments files(DemoCertificate certificate, String bundle, String message) {
    return Arguments.of(
        new CertificateFiles(certificate.certificate(), certificate.key(), bundle), message);
  }

  private static Arguments keyFile(String key, String authority) {
    return Arguments.of(
        new CertificateFiles(CERTIFICATES.of("orders").certificate(), key, authority),
        "tls.key contains no unencrypted EC or RSA key in the format PKCS #8 (BEGIN PRIVATE KEY)");
  }

  private static String firstHalf(String text) {
    return text.substring(0, text.length() / 2);
  }
}
