package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.Message;
import java.util.Map;

/**
 * The data for the template of the error page.
 *
 * @param status the HTTP status
 * @param title what failed, in a few words
 * @param message what the visitor can do about it
 * @param errorId the id of the failure in our log; empty if it is not logged
 */
public record ErrorPage(int status, Message title, Message message, String errorId) {
  /** Returns the page for an HTTP status. */
  public static ErrorPage of(int status) {
    return switch (status) {
      case 403, 404, 405, 413, 503 -> of(status, "error." + status, "error." + status + ".text");
      case 414 -> of(status, "error.413", "error.414.text");
      // In a browser, only cookies make a header too long.
      case 431 -> of(status, "error.413", "error.431.text");
      case 408 -> of(status, "error.invalid", "error.invalid.form");
      case 415 -> of(status, "error.invalid", "error.415.text");
      // Jetty's status for an unsupported version, usually because of a malformed request line.
      case 505 -> of(400);
      default ->
          status >= 500
              ? of(status, "error.500", "error.500.text")
              : of(status, "error.invalid", "error.invalid.address");
    };
  }

  /** Returns the page for an unexpected exception. */
  public static ErrorPage unexpected(String errorId) {
    return new ErrorPage(500, Message.of("error.500"), Message.of("error.500.text"), errorId);
  }

  /** Returns the HTTP headers that depend on the status. */
  public Map<String, String> headers() {
    if (status < 500) {
      return Map.of();
    }
    return status == 503
        ? Map.of("Cache-Control", "no-store", "Retry-After", ExceptionHandlers.RETRY_AFTER)
        : Map.of("Cache-Control", "no-store");
  }

  private static ErrorPage of(int status, String title, String message) {
    return new ErrorPage(status, Message.of(title), Message.of(message), "");
  }
}
