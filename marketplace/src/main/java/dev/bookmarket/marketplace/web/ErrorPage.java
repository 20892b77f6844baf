package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.Message;

/**
 * All that the template of the error pages may read.
 *
 * @param status the HTTP status
 * @param title what went wrong, in a few words
 * @param message what the visitor can do about it
 * @param trace the id under which a fault of ours is logged; otherwise empty
 */
public record ErrorPage(int status, Message title, Message message, String trace) {
  /** The page for an HTTP status that no failure of ours stands behind. */
  static ErrorPage of(int status) {
    return switch (status) {
      case 403, 404, 405, 413, 503 -> of(status, "error." + status, "error." + status + ".text");
      case 414, 431 -> of(status, "error.413", "error.414.text");
      case 408 -> of(status, "error.invalid", "error.invalid.form");
      case 415 -> of(status, "error.invalid", "error.415.text");
      // Jetty's answer to an unsupported version, which is most often a malformed request line.
      case 505 -> of(400);
      default ->
          status >= 500
              ? of(status, "error.500", "error.500.text")
              : of(status, "error.invalid", "error.invalid.address");
    };
  }

  /** The page for a fault of ours. */
  static ErrorPage fault(String trace) {
    return new ErrorPage(500, Message.of("error.500"), Message.of("error.500.text"), trace);
  }

  /** A page that says that. */
  static ErrorPage of(int status, String title, String message) {
    return new ErrorPage(status, Message.of(title), Message.of(message), "");
  }
}
