package dev.bookmarket.runtime.tls;

/** Certificate files cannot be used; the message states the reason and names the file. */
final class InvalidCertificateException extends Exception {
  private static final long serialVersionUID = 1;

  InvalidCertificateException(String message) {
    super(message);
  }
}
