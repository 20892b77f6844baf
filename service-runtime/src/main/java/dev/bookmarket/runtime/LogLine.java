package dev.bookmarket.runtime;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.api.trace.Span;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Formats an event of any logger as one line of limited length: time, level, logger, the ids of the
 * current trace and span, the caller, key-value pairs, throwable, message.
 *
 * <p>The line contains only text that our code wrote, because other text may come from clients.
 * Instead of the message and the key-value pairs of a library, it contains the class, method and
 * line that logged the event. It contains the message of a throwable only if our code threw it, or
 * if it is a gRPC status, which another service of the shop sent.
 */
final class LogLine extends EncoderBase<ILoggingEvent> {
  /** The prefix of our loggers and classes. */
  static final String OUR_PACKAGE = "dev.bookmarket";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  /** White space, control characters, format characters and unpaired surrogates. */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\s\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+");

  private static final int MAX_TEXT = 1_000;
  private static final int MAX_LINE = 10_000;
  private static final int MAX_CAUSES = 5;
  private static final int MAX_FRAMES = 12;

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    var line = new StringBuilder(TIME.format(event.getInstant()));
    line.append(' ').append(event.getLevel());
    line.append(' ').append(truncate(shortName(event.getLoggerName())));
    line.append(" - ");
    var span = Span.current().getSpanContext();
    if (span.isValid()) {
      line.append("trace_id=").append(span.getTraceId()).append(' ');
      line.append("span_id=").append(span.getSpanId()).append(' ');
    }
    @Nullable ServiceIdentity caller = ServiceIdentity.CALLER.get();
    if (caller != null) {
      line.append("caller=").append(caller).append(' ');
    }
    line.append(textOf(event));
    line.setLength(Math.min(line.length(), MAX_LINE));
    return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the key-value pairs, the throwable and the message. */
  static String textOf(ILoggingEvent event) {
    var line = new StringBuilder();
    var isOurs = isOurs(event);
    for (var pair : isOurs ? keyValuePairs(event) : List.<KeyValuePair>of()) {
      line.append(pair.key).append('=').append(valueOf(pair.value)).append(' ');
    }
    @Nullable Throwable fault = faultOf(event);
    if (fault != null) {
      line.append("fault=").append(valueOf(fault)).append(' ');
    }
    line.append(
        isOurs
            ? truncate(event.getFormattedMessage())
            : "at=" + placeOf(event) + " Event of a library");
    line.setLength(Math.min(line.length(), MAX_LINE));
    return line.toString();
  }

  /** Returns whether our code logged the event, even with a logger of another name. */
  static boolean isOurs(ILoggingEvent event) {
    return event.getLoggerName().startsWith(OUR_PACKAGE) || placeOf(event).startsWith(OUR_PACKAGE);
  }

  /** Returns the class, method and line that logged the event; this is slow. */
  static String placeOf(ILoggingEvent event) {
    var caller = event.getCallerData();
    return caller.length == 0
        ? event.getLoggerName()
        : caller[0].getClassName()
            + "."
            + caller[0].getMethodName()
            + ":"
            + caller[0].getLineNumber();
  }

  static @Nullable Throwable faultOf(ILoggingEvent event) {
    return event.getThrowableProxy() instanceof ThrowableProxy proxy ? proxy.getThrowable() : null;
  }

  static List<KeyValuePair> keyValuePairs(ILoggingEvent event) {
    return Objects.requireNonNullElse(event.getKeyValuePairs(), List.of());
  }

  /** Returns the classes of a throwable and of its causes, and where each was thrown. */
  static String withoutMessages(Throwable fault) {
    return formatCauses(fault, each -> each.getClass().getName());
  }

  private static String valueOf(@Nullable Object value) {
    return value instanceof Throwable fault
        ? formatCauses(fault, LogLine::describe)
        : truncate(String.valueOf(value));
  }

  private static String formatCauses(Throwable fault, Function<Throwable, String> description) {
    return Stream.<@Nullable Throwable>iterate(fault, f -> f != null, Throwable::getCause)
        .limit(MAX_CAUSES)
        .map(f -> description.apply(f) + frames(f))
        .collect(Collectors.joining(" caused by "));
  }

  private static String frames(Throwable fault) {
    return Arrays.stream(fault.getStackTrace())
        .limit(MAX_FRAMES)
        .map(StackTraceElement::toString)
        .collect(Collectors.joining(" < ", " at ", ""));
  }

  private static String describe(Throwable fault) {
    return isOurs(fault) && !repeatsCause(fault)
        ? truncate(fault.toString())
        : fault.getClass().getName();
  }

  /** Returns whether the message contains that of the cause, as in {@code new Error(cause)}. */
  private static boolean repeatsCause(Throwable fault) {
    @Nullable Throwable cause = fault.getCause();
    return cause != null
        && cause.getMessage() != null
        && String.valueOf(fault.getMessage()).contains(cause.getMessage());
  }

  private static boolean isOurs(Throwable fault) {
    var trace = fault.getStackTrace();
    return fault instanceof StatusRuntimeException
        || fault instanceof StatusException
        || (trace.length == 0 ? fault.getClass().getName() : trace[0].getClassName())
            .startsWith(OUR_PACKAGE);
  }

  static String shortName(String logger) {
    return logger.substring(logger.lastIndexOf('.') + 1);
  }

  private static String truncate(@Nullable String text) {
    var printable = UNPRINTABLE.matcher(String.valueOf(text)).replaceAll(" ");
    return printable.length() <= MAX_TEXT ? printable : printable.substring(0, MAX_TEXT) + "…";
  }
}
