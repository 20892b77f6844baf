package dev.bookmarket.certificates;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/** Reads and validates certificates and keys with the classes of the JDK. */
final class Certificates {
  private Certificates() {}

  /** Returns the only certificate of a PEM text. */
  static X509Certificate of(String pem) throws GeneralSecurityException {
    var all = allOf(pem);
    if (all.size() != 1) {
      throw new IllegalArgumentException(all.size() + " certificates");
    }
    return all.get(0);
  }

  /** Returns all certificates of a PEM text, in their order. */
  static List<X509Certificate> allOf(String pem) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
        .stream()
        .map(X509Certificate.class::cast)
        .toList();
  }

  /**
   * Validates the certificate at that time against the trusted authorities (PKIX).
   *
   * @throws GeneralSecurityException with the reason, if it is not valid
   */
  static void validate(String pem, String trusted, Instant time) throws GeneralSecurityException {
    var anchors = new HashSet<TrustAnchor>();
    for (var authority : allOf(trusted)) {
      anchors.add(new TrustAnchor(authority, null));
    }
    var parameters = new PKIXParameters(anchors);
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(time));
    var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(of(pem)));
    CertPathValidator.getInstance("PKIX").validate(path, parameters);
  }

  /** Returns the subject alternative names, each with its type as in RFC 5280: 2=localhost. */
  static List<String> alternativeNames(String pem) throws GeneralSecurityException {
    return Objects.requireNonNull(of(pem).getSubjectAlternativeNames()).stream()
        .map(name -> name.get(0) + "=" + name.get(1))
        .toList();
  }

  /** Returns whether a signature of the key is valid for the certificate. */
  static boolean isPair(String certificate, String key) throws GeneralSecurityException {
    var message = "message".getBytes(StandardCharsets.US_ASCII);
    var signature = Signature.getInstance("SHA256withECDSA");
    var encoded = Base64.getMimeDecoder().decode(key.replaceAll("-----[A-Z ]+-----", ""));
    signature.initSign(
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded)));
    signature.update(message);
    var signed = signature.sign();
    signature.initVerify(of(certificate));
    signature.update(message);
    return signature.verify(signed);
  }
}
