package dev.bookmarket.systemtests;

import java.util.Locale;

/**
 * Prints results of tests to {@code System.err}, because other tests in this JVM capture {@code
 * System.out} at the same time. Safe for concurrent use.
 */
public final class Report {
  private Report() {}

  /** Prints a formatted text, such as a number of failures; it does not depend on the locale. */
  public static void printf(String format, Object... arguments) {
    System.err.print(String.format(Locale.ROOT, format, arguments));
  }
}
