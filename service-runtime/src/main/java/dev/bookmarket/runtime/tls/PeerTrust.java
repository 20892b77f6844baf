package dev.bookmarket.runtime.tls;

import com.google.common.base.Throwables;
import com.google.common.collect.Iterables;
import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSslCertificateException;
import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Verifies the certificates of peers. Does not name the trusted CAs to clients: many send no
 * certificate to a server that names other CAs than theirs, so the server could not report that the
 * CA is wrong. Reports to OpenSSL why a certificate is not valid; otherwise, OpenSSL would send the
 * alert internal_error to the peer. Safe for concurrent use.
 */
final class PeerTrust extends X509ExtendedTrustManager {
  /** X509_V_ERR_CERT_HAS_EXPIRED: the peer receives the alert certificate_expired. */
  private static final int EXPIRED = 10;

  /** X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: the peer receives the alert unknown_ca. */
  private static final int UNKNOWN_CA = 20;

  /** X509_V_ERR_CERT_REJECTED: the peer receives the alert bad_certificate. */
  private static final int REJECTED = 28;

  private final X509ExtendedTrustManager trust;

  PeerTrust(X509ExtendedTrustManager trust) {
    this.trust = trust;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    try {
      trust.checkClientTrusted(chain, type, engine);
    } catch (CertificateException e) {
      throw withErrorOfOpenSsl(e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    try {
      trust.checkServerTrusted(chain, type, engine);
    } catch (CertificateException e) {
      throw withErrorOfOpenSsl(e);
    }
  }

  /**
   * Returns an exception with the error that OpenSSL reports to the peer. Its message is constant,
   * because Netty replaces an exception, and so the error, if the message is about a host name.
   */
  private static CertificateException withErrorOfOpenSsl(CertificateException e) {
    var causes = Throwables.getCausalChain(e);
    int error =
        Iterables.any(causes, CertificateExpiredException.class::isInstance)
            ? EXPIRED
            : Iterables.any(causes, CertPathBuilderException.class::isInstance)
                ? UNKNOWN_CA
                : REJECTED;
    return new OpenSslCertificateException("rejected", e, error);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) {
    throw onlyWithEngine();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) {
    throw onlyWithEngine();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
    throw onlyWithEngine();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
    throw onlyWithEngine();
  }

  private static UnsupportedOperationException onlyWithEngine() {
    return new UnsupportedOperationException("gRPC verifies with the engine of the connection");
  }
}
