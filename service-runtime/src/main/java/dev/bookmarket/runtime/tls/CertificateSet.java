package dev.bookmarket.runtime.tls;

import dev.bookmarket.runtime.ServiceIdentity;
import dev.bookmarket.runtime.StartupException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.util.AdvancedTlsX509KeyManager;
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
import java.security.interfaces.ECKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The TLS of connections with a private key, its certificates and the trusted CAs, which have been
 * validated as a set. Safe for concurrent use.
 *
 * @param server the context of servers; only clients with a certificate reach them
 * @param client the context of clients, which verify the certificates of servers
 * @param notAfter when the first of the certificates in tls.crt, or the CA that signed them,
 *     expires
 */
record CertificateSet(SslContext server, SslContext client, Instant notAfter) {
  /** P-384: Netty's OpenSSL offers no signatures with keys on P-521. */
  private static final int MAX_EC_BITS = 384;

  /**
   * Parses and validates the files: the key belongs to the certificate, a trusted CA has signed it,
   * it is valid now, and it contains the identity of the service and the name localhost.
   *
   * @throws StartupException if one of these conditions is not met
   */
  static CertificateSet of(CertificateFiles files, String service) {
    var chain = certificates("tls.crt", files.certificate());
    var key = privateKey(files.key());
    var trust = trustIn(certificates("ca.crt", files.authorities()));
    for (int i = 1; i < chain.length; i++) {
      if (!chain[i - 1].getIssuerX500Principal().equals(chain[i].getSubjectX500Principal())) {
        throw new StartupException("tls.crt: each certificate must have signed the one before it");
      }
    }
    if (!isKeyOf(chain[0], key)) {
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
    var notAfter = notAfter(chain, trust);
    if (notAfter.isBefore(Instant.now())) {
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
    // Netty would create a key store, and encrypting the key in it would delay the start.
    var keys = new AdvancedTlsX509KeyManager();
    keys.updateIdentityCredentials(chain, key);
    return new CertificateSet(
        context(SslContextBuilder.forServer(keys).clientAuth(ClientAuth.REQUIRE), trust),
        context(SslContextBuilder.forClient().keyManager(keys), trust),
        notAfter);
  }

  private static Instant notAfter(X509Certificate[] chain, X509ExtendedTrustManager trust) {
    var last = chain[chain.length - 1];
    var authority = // of several, the last to expire: a renewed CA can have the same name and key
        Stream.of(trust.getAcceptedIssuers())
            .filter(candidate -> hasSigned(candidate, last))
            .max(Comparator.comparing(X509Certificate::getNotAfter));
    return Stream.concat(Stream.of(chain), authority.stream())
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  private static boolean hasSigned(X509Certificate authority, X509Certificate certificate) {
    try {
      certificate.verify(authority.getPublicKey());
      return authority.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    } catch (GeneralSecurityException e) {
      return false;
    }
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
    PrivateKey key;
    try {
      key = CertificateUtils.getPrivateKey(stream(pem));
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new StartupException(
          "tls.key contains no unencrypted EC or RSA key in the format PKCS #8 (BEGIN PRIVATE KEY)");
    }
    if (key instanceof ECKey ec && ec.getParams().getOrder().bitLength() > MAX_EC_BITS) {
      throw new StartupException("tls.key: its curve is neither P-256 nor P-384");
    }
    return key;
  }

  private static X509ExtendedTrustManager trustIn(X509Certificate[] authorities) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < authorities.length; i++) {
        store.setCertificateEntry(String.valueOf(i), authorities[i]);
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new StartupException("ca.crt cannot be used: " + e.getMessage());
    }
  }

  /** Returns whether the certificate verifies a signature of the key. */
  private static boolean isKeyOf(X509Certificate certificate, PrivateKey key) {
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

  /**
   * Uses OpenSSL, or the JDK's TLS, which needs more CPU time, if Netty has no library for this
   * system or cannot unpack it. The JDK resumes sessions only for one second, the minimum, because
   * a resumed session does not verify again whether the certificates have expired. {@link
   * ReloadingSslContext} disables this for OpenSSL.
   */
  private static SslContext context(SslContextBuilder builder, X509ExtendedTrustManager trust) {
    try {
      return GrpcSslContexts.configure(builder)
          .trustManager(new PeerTrust(trust))
          .protocols("TLSv1.3")
          .sessionTimeout(1)
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("cannot use tls.crt and tls.key", e);
    }
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
