package dev.bookmarket.certificates;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNamesBuilder;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for demonstrations and tests. Immutable and safe for concurrent use. */
public final class DemoCa {
  private static final Pattern IP_ADDRESS = Pattern.compile("\\d+(\\.\\d+){3}|.*:.*");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private final X509Certificate certificate;
  private final PrivateKey key;
  private final String pem;

  private DemoCa(X509Certificate certificate, PrivateKey key) throws CertificateEncodingException {
    this.certificate = certificate;
    this.key = key;
    pem = pem("CERTIFICATE", certificate.getEncoded());
  }

  /** Returns a new authority with its own EC key (P-256), a random name and the validity. */
  public static DemoCa create(Instant notBefore, Duration validity) {
    var serial = serialNumber();
    var name = new X500Name("CN=Bookmarket demo CA " + serial.toString(16));
    try {
      var keys = keyPair();
      var builder = builder(name, serial, notBefore, validity, name, keys.getPublic());
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      return new DemoCa(signed(builder, keys.getPrivate()), keys.getPrivate());
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("cannot create a certificate authority", e);
    }
  }

  /**
   * Reads the authority from {@code ca.crt} and {@code ca.key}. The first certificate in {@code
   * ca.crt} is the one of the key; others are not read.
   *
   * @throws IOException if a file is missing, unreadable or invalid
   */
  public static DemoCa read(Path folder) throws IOException {
    try (var file = Files.newInputStream(folder.resolve("ca.crt"))) {
      var certificate = CertificateFactory.getInstance("X.509").generateCertificate(file);
      var base64 = Files.readString(folder.resolve("ca.key")).replaceAll("-----[^-]+-----", "");
      var key = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
      return new DemoCa(
          (X509Certificate) certificate, KeyFactory.getInstance("EC").generatePrivate(key));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("Invalid ca.crt or ca.key in " + folder, e);
    }
  }

  /**
   * Writes {@code ca.crt}, and then {@code ca.key} (PKCS#8), which only its owner may read. Each
   * file is replaced atomically.
   *
   * @param predecessors the certificates of other authorities to add to ca.crt, as PEM text
   */
  public void write(Path folder, String predecessors) throws IOException {
    Files.createDirectories(folder);
    AtomicFile.write(folder.resolve("ca.crt"), pem + predecessors, "rw-r--r--");
    AtomicFile.write(folder.resolve("ca.key"), pem("PRIVATE KEY", key.getEncoded()), "rw-------");
  }

  /** Returns the authority's certificate as PEM text. */
  public String pem() {
    return pem;
  }

  /** Returns the authority's certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /**
   * Returns a new certificate for servers and clients, with its own EC key (P-256) and a random
   * serial number. The first name is also its common name.
   *
   * @param uri a subject alternative name such as {@code spiffe://bookmarket/orders}, or empty for
   *     none
   * @param names at least one DNS name or literal IP address, the subject alternative names
   */
  public DemoCertificate issue(
      String uri, List<String> names, Instant notBefore, Duration validity) {
    var alternatives = new GeneralNamesBuilder();
    if (!uri.isEmpty()) {
      alternatives.addName(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
    }
    for (var name : names) {
      var type = IP_ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName;
      alternatives.addName(new GeneralName(type, name));
    }
    var issuer = new X500Name(certificate.getSubjectX500Principal().getName());
    var subject = new X500Name("CN=" + names.get(0));
    try {
      var keys = keyPair();
      var builder = builder(issuer, serialNumber(), notBefore, validity, subject, keys.getPublic());
      var authority = new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate);
      KeyPurposeId[] purposes = {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
      builder
          .addExtension(Extension.authorityKeyIdentifier, false, authority)
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
          .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes))
          .addExtension(Extension.subjectAlternativeName, false, alternatives.build());
      return new DemoCertificate(
          pem("CERTIFICATE", signed(builder, key).getEncoded()),
          pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("cannot issue a certificate for " + names, e);
    }
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer,
      BigInteger serial,
      Instant notBefore,
      Duration validity,
      X500Name subject,
      PublicKey publicKey)
      throws GeneralSecurityException, IOException {
    var end = Date.from(notBefore.plus(validity));
    var keyIdentifier = new JcaX509ExtensionUtils().createSubjectKeyIdentifier(publicKey);
    return new JcaX509v3CertificateBuilder(
            issuer, serial, Date.from(notBefore), end, subject, publicKey)
        .addExtension(Extension.subjectKeyIdentifier, false, keyIdentifier);
  }

  private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  private static KeyPair keyPair() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
    return generator.generateKeyPair();
  }

  /** Returns a positive random number of at most 120 bits. */
  private static BigInteger serialNumber() {
    return new BigInteger(120, RANDOM).add(BigInteger.ONE);
  }

  /** Returns the PEM text (RFC 7468) of encoded data; it ends with a line break. */
  private static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, BASE64.encodeToString(der), label);
  }
}
