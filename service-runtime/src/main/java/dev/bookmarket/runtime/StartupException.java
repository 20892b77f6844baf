package dev.bookmarket.runtime;

/**
 * Thrown if the process cannot start for a reason that its operator can fix. The message is one
 * line that states the cause and the fix; {@link ServiceProcess} prints it and exits with 1.
 */
public final class StartupException extends RuntimeException {
  /** Creates an exception with a message of one line. */
  public StartupException(String message) {
    super(message);
  }
}
