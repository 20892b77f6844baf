package dev.bookmarket.runtime;

/**
 * A reason not to start that the person who starts the process can mend. Its message is one line
 * that names what is wrong and what would be right; {@link ServiceProcess} prints it and exits with
 * 1.
 */
public final class StartupException extends RuntimeException {
  /** A failure with that one line. */
  public StartupException(String message) {
    super(message);
  }
}
