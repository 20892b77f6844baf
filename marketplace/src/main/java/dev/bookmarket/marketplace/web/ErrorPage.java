package dev.bookmarket.marketplace.web;

/**
 * All that the template of the error pages may read.
 *
 * @param status the HTTP status
 * @param title what went wrong, in a few words
 * @param message what the visitor can do about it
 * @param trace the id under which a fault of ours is logged; otherwise empty
 */
public record ErrorPage(int status, String title, String message, String trace) {
  private static final String FAULT = "Something broke on our side";
  private static final String FAULT_MESSAGE = "It is not your fault. Trying again may help.";

  /** The page for an HTTP status that no failure of ours stands behind. */
  static ErrorPage of(int status) {
    return switch (status) {
      case 403 ->
          new ErrorPage(
              403,
              "That came from somewhere else",
              "Another site asked us to do this in your name, so we did nothing. If it was you,"
                  + " please do it again from our own pages.",
              "");
      case 404 ->
          new ErrorPage(
              404, "This page does not exist", "The address may be mistyped, or old.", "");
      case 405 ->
          new ErrorPage(
              405,
              "That cannot be done here",
              "This page can be looked at, but nothing can be sent to it.",
              "");
      case 413 ->
          new ErrorPage(
              413,
              "That is more than we can take",
              "A form of ours has room for a name and an address, and not for a book.",
              "");
      case 414, 431 ->
          new ErrorPage(status, "That is more than we can take", "A shorter address would do.", "");
      case 415 ->
          new ErrorPage(
              415,
              "We cannot make sense of that",
              "Only what our own forms send can be read here.",
              "");
      case 503 ->
          new ErrorPage(
              503, "The shop is closing for a moment", "Please try again in a few seconds.", "");
      default ->
          status >= 500
              ? new ErrorPage(status, FAULT, FAULT_MESSAGE, "")
              : new ErrorPage(
                  status,
                  "We cannot make sense of that",
                  "The address has something in it that we cannot read.",
                  "");
    };
  }

  /** The page for a fault of ours. */
  static ErrorPage fault(String trace) {
    return new ErrorPage(500, FAULT, FAULT_MESSAGE, trace);
  }
}
