package dev.bookmarket.runtime.tls;

import static org.assertj.core.api.Assertions.assertThat;

import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the messages of both implementations of TLS; the other tests use only one of them. */
class HandshakeFailureTest {
  private static final String OPENSSL = "error:10000000:SSL routines:OPENSSL_internal:";

  @ParameterizedTest
  @CsvSource({
    "(certificate_required) Received fatal alert: certificate_required,"
        + " it ended the TLS handshake: certificate_required",
    "Received fatal alert: unknown_ca, it ended the TLS handshake: unknown_ca",
    "Empty client certificate chain, it sent no certificate",
    "The client supported protocol versions[TLSv1.2] are not accepted by server preferences,"
        + " it does not support TLS 1.3",
    "Insufficient buffer remaining, the TLS handshake failed",
    OPENSSL + "TLSV1_ALERT_UNKNOWN_CA, it ended the TLS handshake: unknown_ca",
    OPENSSL + "SSLV3_ALERT_BAD_CERTIFICATE, it ended the TLS handshake: bad_certificate",
    OPENSSL + "PEER_DID_NOT_RETURN_A_CERTIFICATE, it sent no certificate",
    OPENSSL + "UNSUPPORTED_PROTOCOL, it does not support TLS 1.3",
    OPENSSL + "WRONG_VERSION_NUMBER, the TLS handshake failed",
  })
  void explains_the_messages_of_the_jdk_and_of_openssl(String message, String reason) {
    assertThat(HandshakeFailure.reason(new SSLHandshakeException(message))).contains(reason);
  }
}
