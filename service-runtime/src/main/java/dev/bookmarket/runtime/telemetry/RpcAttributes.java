package dev.bookmarket.runtime.telemetry;

import io.grpc.Status.Code;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.semconv.ErrorAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The attributes of gRPC calls, by OpenTelemetry's semantic conventions 1.44. */
public final class RpcAttributes {
  /** Cached: building and hashing them takes 40 % of the time of a span and its metric. */
  private static final Map<Call, Attributes> KNOWN = new ConcurrentHashMap<>();

  private RpcAttributes() {}

  /** Returns whether calls of the method are neither traced nor measured: gRPC's own services. */
  public static boolean isIgnored(String method) {
    return method.startsWith("grpc.");
  }

  /**
   * Returns the attributes of a call that has ended.
   *
   * @param server the attributes of the server's address
   * @param method one of a bounded number of names: the attributes of each are kept
   */
  public static Attributes of(Attributes server, String method, Code code, boolean isError) {
    return KNOWN.computeIfAbsent(new Call(server, method, code, isError), Call::attributes);
  }

  private record Call(Attributes server, String method, Code code, boolean isError) {
    Attributes attributes() {
      var attributes = server.toBuilder().put("rpc.system.name", "grpc").put("rpc.method", method);
      if (isError) {
        attributes.put(ErrorAttributes.ERROR_TYPE, code.name());
      }
      return attributes.put("rpc.response.status_code", code.name()).build();
    }
  }
}
