package dev.bookmarket.runtime.telemetry;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Pauses telemetry while the host of the endpoint has no address, as if there were no endpoint: it
 * records no spans, and exports nothing. Each export looks the name up. Safe for concurrent use.
 */
final class AbsentBackend {
  /** After this time without an export, spans are recorded until an export finds no address. */
  private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  private volatile long absentUntil = System.nanoTime();

  /** Returns an exporter that discards everything while the host has no address. */
  <T> T guard(Class<T> type, T exporter, ConfigProperties config) {
    var endpoint = config.getString("otel.exporter.otlp.endpoint");
    if (endpoint == null) {
      return exporter;
    }
    var host = URI.create(endpoint).getHost();
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals("export") && isAbsent(host)) {
                return CompletableResultCode.ofSuccess();
              }
              try {
                return method.invoke(exporter, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  /** Returns whether the host had no address at the last export, less than a minute ago. */
  boolean isAbsent() {
    return System.nanoTime() - absentUntil < 0;
  }

  private boolean isAbsent(String host) {
    try {
      var unused = InetAddress.getByName(host);
      absentUntil = System.nanoTime();
      return false;
    } catch (UnknownHostException e) {
      absentUntil = System.nanoTime() + PAUSE_NANOS;
      return true;
    }
  }
}
