package dev.bookmarket.runtime.tls;

import com.google.common.base.Throwables;
import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Explains failed TLS handshakes, as in the table of {@code docs/tls.md}. */
public final class HandshakeFailure {
  /** Matches the alert of the peer in a lower-case message of the JDK or of OpenSSL. */
  private static final Pattern ALERT =
      Pattern.compile("(?:received fatal alert: |(?:sslv3|tlsv1)_alert_)([a-z_]{1,40})");

  private HandshakeFailure() {}

  /**
   * Returns why a peer and this process cannot use TLS; "it" is the peer. Empty if the exception
   * has another cause, or if the peer only closed the connection. Of several causes, the innermost
   * is the most specific.
   */
  public static Optional<String> reason(Throwable failure) {
    var causes = Throwables.getCausalChain(failure);
    return causes.stream().flatMap(cause -> reasonOf(cause).stream()).reduce((first, last) -> last);
  }

  /** Returns the reason that one exception of a causal chain states. */
  private static Optional<String> reasonOf(Throwable cause) {
    var message = String.valueOf(cause.getMessage());
    if (cause instanceof CertificateExpiredException) {
      return Optional.of("its certificate has expired");
    }
    if (cause instanceof CertificateNotYetValidException) {
      return Optional.of("its certificate is not valid yet");
    }
    if (cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException) {
      return Optional.of("its certificate is not signed by a CA in ca.crt");
    }
    if (cause instanceof CertificateException && message.contains("name")) {
      return Optional.of("its certificate does not contain the host name");
    }
    if (cause instanceof CertificateException) {
      return Optional.of("its certificate is not valid for this use");
    }
    if (cause instanceof NotSslRecordException) {
      return Optional.of("it does not use TLS");
    }
    if (cause instanceof SslHandshakeTimeoutException) {
      return Optional.of("it did not complete the TLS handshake");
    }
    return cause instanceof SSLException ? Optional.of(reasonOf(message)) : Optional.empty();
  }

  /** Returns the reason that a message of the JDK or of OpenSSL states. */
  private static String reasonOf(String message) {
    var text = message.toLowerCase(Locale.ROOT);
    var alert = ALERT.matcher(text);
    if (alert.find()) {
      return "it ended the TLS handshake: " + alert.group(1);
    }
    if (text.contains("empty client certificate chain")
        || text.contains("peer_did_not_return_a_certificate")) {
      return "it sent no certificate";
    }
    return text.contains("protocol") ? "it does not support TLS 1.3" : "the TLS handshake failed";
  }
}
