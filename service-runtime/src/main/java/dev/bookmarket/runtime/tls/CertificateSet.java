package dev.bookmarket.runtime.tls;

import dev.bookmarket.runtime.ServiceIdentity;
import dev.bookmarket.runtime.StartupException;
import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * A private key, its certificates and the trusted CAs, which have been validated as a set. Safe for
 * concurrent use.
 */
final class CertificateSet {
  private final PrivateKey key;
  private final X509Certificate[] chain;
  private final X509TrustManager trust;

  /**
   * Parses and validates the files: the key belongs to the certificate, a trusted CA has signed it,
   * it is valid now, and it contains the identity of the service and the name localhost.
   *
   * @throws StartupException if one of these conditions is not met
   */
  CertificateSet(CertificateFiles files, String service) {
    chain = certificates("tls.crt", files.certificate());
    key = privateKey(files.key());
    trust = trustIn(certificates("ca.crt", files.authorities()));
    for (int i = 1; i < chain.length; i++) {
      if (!chain[i - 1].getIssuerX500Principal().equals(chain[i].getSubjectX500Principal())) {
        throw new StartupException(
            "tls.crt: each certificate must follow that which it has signed");
      }
    }
    if (!isKeyOf(chain[0])) {
      throw new StartupException("tls.key is not the key of the certificate in tls.crt");
    }
    try {
      // Any type of key: it is not checked.
      trust.checkServerTrusted(chain, "UNKNOWN");
      trust.checkClientTrusted(chain, "UNKNOWN");
    } catch (CertificateException e) {
      throw new StartupException(
          "tls.crt: " + HandshakeFailure.reason(e).orElse("it is not valid"));
    }
    if (notAfter().isBefore(Instant.now())) {
      throw new StartupException("ca.crt: the CA of tls.crt has expired");
    }
    var identity = ServiceIdentity.of(chain[0]);
    if (!identity.service().equals(service)) {
      throw new StartupException(
          "tls.crt: its identity is %s, not %s".formatted(identity, new ServiceIdentity(service)));
    }
    if (!ServiceIdentity.isForLocalhost(chain[0])) {
      throw new StartupException(
          "tls.crt: it lacks the DNS name localhost, which the warm-up needs");
    }
  }

  PrivateKey key() {
    return key;
  }

  X509Certificate[] chain() {
    return chain;
  }

  /** Returns the verifier of the certificates of peers. */
  X509TrustManager trust() {
    return trust;
  }

  /** Returns when the first of the certificates in tls.crt, or the CA that signed them, expires. */
  Instant notAfter() {
    var issuer = chain[chain.length - 1].getIssuerX500Principal();
    var authorities =
        Stream.of(trust.getAcceptedIssuers())
            .filter(authority -> authority.getSubjectX500Principal().equals(issuer));
    return Stream.concat(Stream.of(chain), authorities)
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  private static X509Certificate[] certificates(String file, String pem) {
    try {
      var certificates = CertificateUtils.getX509Certificates(stream(pem));
      if (certificates.length > 0) {
        return certificates;
      }
    } catch (CertificateException e) {
      // The exception below reports the invalid file.
    }
    throw new StartupException(file + " contains no valid certificate in PEM format");
  }

  private static PrivateKey privateKey(String pem) {
    try {
      return CertificateUtils.getPrivateKey(stream(pem));
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new StartupException(
          "tls.key contains no unencrypted EC or RSA key in the format PKCS #8 (BEGIN PRIVATE KEY)");
    }
  }

  private static X509TrustManager trustIn(X509Certificate[] authorities) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < authorities.length; i++) {
        store.setCertificateEntry(String.valueOf(i), authorities[i]);
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return (X509TrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new StartupException("ca.crt cannot be used: " + e.getMessage());
    }
  }

  /** Returns whether the certificate verifies a signature of the key. */
  private boolean isKeyOf(X509Certificate certificate) {
    try {
      var signature =
          Signature.getInstance(
              "SHA256with" + ("EC".equals(key.getAlgorithm()) ? "ECDSA" : key.getAlgorithm()));
      signature.initSign(key);
      var signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // for example, because the algorithms differ
    }
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
