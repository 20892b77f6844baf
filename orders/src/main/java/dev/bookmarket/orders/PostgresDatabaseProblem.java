package dev.bookmarket.orders;

import com.google.common.base.Throwables;
import dev.bookmarket.runtime.Text;
import dev.bookmarket.runtime.tls.HandshakeFailure;
import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * Explains why PostgreSQL cannot be reached, in particular by TLS. Does not depend on the language
 * of the driver's messages, which is that of the system.
 */
final class PostgresDatabaseProblem {
  /** The driver's messages about a host name contain this name in every language. */
  private static final String VERIFIER = "PgjdbcHostnameVerifier";

  /** Says nothing more than that there is no connection. */
  private static final List<Class<? extends Throwable>> NETWORK_FAILURES =
      List.of(
          SocketException.class,
          UnknownHostException.class,
          InterruptedIOException.class,
          EOFException.class);

  private PostgresDatabaseProblem() {}

  /** Returns one line for an operator, which contains no secret. */
  static String textOf(SQLException failure) {
    // Without an SSLException, the failure is about a file.
    if (has(failure, SSLException.class) && has(failure, CertificateException.class)) {
      return HandshakeFailure.reason(failure).orElseThrow().replace("ca.crt", "sslrootcert");
    }
    if (messageOf(failure).contains(VERIFIER)) {
      return "its certificate does not contain the host name in DATABASE_URL";
    }
    if (NETWORK_FAILURES.stream().anyMatch(type -> has(failure, type))) {
      return "it cannot be reached";
    }
    // A rejection by the server, or a file that the driver cannot use: its message names the file.
    var cause = Throwables.getRootCause(failure);
    if (cause instanceof SSLException) {
      return "it cannot be reached: " + messageOf(cause);
    }
    return "it cannot be reached: "
        + messageOf(failure)
        + (cause == failure ? "" : ": " + messageOf(cause));
  }

  /** Returns at most 200 characters of the message, on one line. */
  static String messageOf(Throwable failure) {
    return Text.oneLine("%.200s".formatted(failure.getMessage()));
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    return Throwables.getCausalChain(failure).stream().anyMatch(type::isInstance);
  }
}
