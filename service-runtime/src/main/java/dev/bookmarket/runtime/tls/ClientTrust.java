package dev.bookmarket.runtime.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/**
 * Verifies the certificates of clients without naming the trusted CAs to them. Many clients send no
 * certificate to a server that names other CAs than theirs, so the server could not report that the
 * CA is wrong.
 *
 * @param trust verifies the certificates
 */
record ClientTrust(X509TrustManager trust) implements X509TrustManager {
  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    trust.checkClientTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) {
    throw new UnsupportedOperationException("only for clients");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
