package dev.bookmarket.runtime.telemetry;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Pauses telemetry while the host of the endpoint has no address, as if there were no endpoint: it
 * records no spans, and exports nothing. Each export looks the name up. A signal with an endpoint
 * of its own is not paused. Safe for concurrent use.
 */
final class AbsentBackend {
  /** After this time without an export, spans are recorded until an export finds no address. */
  private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  private volatile long absentUntil = System.nanoTime();

  /**
   * Returns an exporter that discards everything while the host has no address.
   *
   * @param signal traces, metrics or logs
   * @throws ConfigurationException if Java's HTTP client does not support the host
   */
  <T> T guard(Class<T> type, T exporter, String signal, ConfigProperties config) {
    var own = config.getString(endpointOf(signal));
    var endpoint = own == null ? config.getString("otel.exporter.otlp.endpoint") : own;
    if (endpoint == null) {
      return exporter;
    }
    var url = URI.create(endpoint);
    var host = url.getHost();
    if (host == null) {
      throw new ConfigurationException(
          "the host in the endpoint for "
              + signal
              + " is not a valid host name: it must not contain \"_\", and its last part must begin"
              + " with a letter");
    }
    if (own != null || usesProxy(url)) {
      return exporter;
    }
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

  /** Returns whether traces are paused: an export found no address less than a minute ago. */
  BooleanSupplier areTracesPaused(ConfigProperties config) {
    return hasOwnEndpoint("traces", config)
        ? () -> false
        : () -> System.nanoTime() - absentUntil < 0;
  }

  private static boolean hasOwnEndpoint(String signal, ConfigProperties config) {
    return config.getString(endpointOf(signal)) != null;
  }

  private static String endpointOf(String signal) {
    return "otel.exporter.otlp." + signal + ".endpoint";
  }

  /** Returns whether a proxy looks up the name. */
  private static boolean usesProxy(URI url) {
    var proxies = ProxySelector.getDefault();
    return proxies != null && !proxies.select(url).equals(List.of(java.net.Proxy.NO_PROXY));
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
