package dev.bookmarket.certificates;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** Converts certificates and private keys to PEM (RFC 7468) and back. */
final class Pem {
  private static final Base64.Encoder ENCODER =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Pem() {}

  /** Returns the certificate as PEM text that ends with a line break. */
  static String certificate(X509Certificate certificate) {
    try {
      return text("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("cannot encode a certificate that was decoded before", e);
    }
  }

  /** Returns the key in PKCS#8 as PEM text that ends with a line break. */
  static String privateKey(PrivateKey key) {
    return text("PRIVATE KEY", key.getEncoded());
  }

  /**
   * Returns the bytes of a PEM text with one object.
   *
   * @throws IllegalArgumentException if the text is invalid
   */
  static byte[] decode(String pem) {
    return Base64.getMimeDecoder().decode(pem.replaceAll("-----(BEGIN|END) [A-Z ]+-----", ""));
  }

  private static String text(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, ENCODER.encodeToString(der), label);
  }
}
