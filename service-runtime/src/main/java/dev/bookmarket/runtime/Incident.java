package dev.bookmarket.runtime;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A fault of ours: logged in full on one line under a random id, which is all that the caller gets
 * to see of it.
 */
public final class Incident {
  private static final int FRAMES = 12;

  /** What would end the line, or do worse to the terminal that shows it. */
  private static final Pattern LINE_BREAKERS =
      Pattern.compile("[\\s\\p{Cntrl}\\x{80}-\\x{9f}\\x{2028}\\x{2029}]+");

  private Incident() {}

  /**
   * Logs the fault.
   *
   * @param where what was being done, such as the name of the RPC; nothing of a visitor's
   * @return the id, 16 hexadecimal digits
   */
  public static String log(Logger log, String where, Throwable fault) {
    var id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    log.atError()
        .addKeyValue("trace", id)
        .addKeyValue("where", where)
        .addKeyValue("fault", oneLine(fault))
        .log("Unexpected failure");
    return id;
  }

  private static String oneLine(Throwable fault) {
    return Stream.<@Nullable Throwable>iterate(fault, f -> f != null, Throwable::getCause)
        .limit(5)
        .map(f -> LINE_BREAKERS.matcher(String.valueOf(f)).replaceAll(" ") + frames(f))
        .collect(Collectors.joining(" caused by "));
  }

  private static String frames(Throwable fault) {
    return Arrays.stream(fault.getStackTrace())
        .limit(FRAMES)
        .map(StackTraceElement::toString)
        .collect(Collectors.joining(" < ", " at ", ""));
  }
}
