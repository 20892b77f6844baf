package dev.bookmarket.runtime.client;

import com.google.common.io.Resources;
import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A <a href="https://github.com/grpc/grpc/blob/master/doc/service_config.md">gRPC service
 * config</a>: load balancing, and the timeouts and retries of each RPC. Immutable.
 */
public final class ServiceConfig {
  private final Map<String, ?> document;
  private final Map<String, Duration> timeouts = new HashMap<>();
  private final Set<String> reads = new HashSet<>();

  private ServiceConfig(Map<String, ?> document) {
    this.document = document;
    for (var methodConfig : maps(document.get("methodConfig"))) {
      var methods =
          maps(methodConfig.get("name")).stream()
              .map(name -> name.get("service") + "/" + name.get("method"))
              .toList();
      // "0.25s", as in the JSON form of google.protobuf.Duration
      var timeout = Duration.parse("PT" + methodConfig.get("timeout"));
      methods.forEach(method -> timeouts.put(method, timeout));
      if (methodConfig.containsKey("retryPolicy")) {
        reads.addAll(methods);
      }
    }
  }

  /**
   * Returns the service config in that resource.
   *
   * @param contextClass a class in the package of the resource
   */
  public static ServiceConfig fromResource(Class<?> contextClass, String name) {
    try {
      var resource = Resources.getResource(contextClass, name);
      var json = Resources.toString(resource, StandardCharsets.UTF_8);
      return new ServiceConfig(new Gson().fromJson(json, new TypeToken<Map<String, ?>>() {}));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  /** Returns the parsed JSON, as gRPC expects it. */
  public Map<String, ?> document() {
    return document;
  }

  /**
   * Returns an interceptor that sets the timeout of each method. gRPC itself sets it only after it
   * has resolved the name of the service, so a call would wait without limit for a DNS server that
   * hangs.
   */
  ClientInterceptor deadlines() {
    return new ClientInterceptor() {
      @Override
      public <Q, A> ClientCall<Q, A> interceptCall(
          MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        var timeout = timeouts.get(method.getFullMethodName());
        return next.newCall(method, timeout == null ? options : options.withDeadlineAfter(timeout));
      }
    };
  }

  /** Returns the full names of the methods that have a retry policy: the reads. */
  Set<String> reads() {
    return Set.copyOf(reads);
  }

  @SuppressWarnings("unchecked") // a service config contains only lists of objects
  private static List<Map<String, ?>> maps(@Nullable Object list) {
    return (List<Map<String, ?>>) Objects.requireNonNull(list, "incomplete service config");
  }
}
