package dev.bookmarket.runtime.telemetry;

import com.google.common.base.Throwables;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that telemetry cannot be exported, at most once a minute for all signals. The SDK's own log
 * would be several lines. Safe for concurrent use.
 */
final class ExportLog {
  private static final Logger log = LoggerFactory.getLogger(ExportLog.class);
  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  private long next = System.nanoTime();
  private long failures;

  /** Returns an exporter that reports its failures. */
  <T> T observe(Class<T> type, T exporter) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                var result = method.invoke(exporter, arguments);
                if (method.getName().equals("export")) {
                  var export = (CompletableResultCode) result;
                  export.whenComplete(() -> report(export));
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private synchronized void report(CompletableResultCode export) {
    if (export.isSuccess()) {
      return;
    }
    failures++;
    if (System.nanoTime() - next >= 0) {
      log.atWarn()
          .addKeyValue("failures", failures)
          .addKeyValue("reason", reasonOf(export.getFailureThrowable()))
          .log("Telemetry cannot be exported");
      next = System.nanoTime() + INTERVAL_NANOS;
      failures = 0;
    }
  }

  private static String reasonOf(@Nullable Throwable failure) {
    return failure == null
        ? "unknown"
        : Throwables.getRootCause(failure).getClass().getSimpleName();
  }
}
