package dev.bookmarket.runtime.server;

import dev.bookmarket.runtime.ServiceIdentity;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who may call which gRPC service of a server, if it uses TLS. Every service of the shop may call a
 * service that is not in the table; everyone with a trusted certificate may call gRPC's own
 * services (health, reflection, channelz).
 *
 * @param callers the names of the callers of each gRPC service, by its full name
 */
public record CallPolicy(Map<String, Set<String>> callers) {
  /** Every service of the shop may call every service. */
  public static final CallPolicy ANY_SERVICE = new CallPolicy(Map.of());

  /**
   * Rejects a table with a service that the server does not have: because of a wrong name, every
   * caller could call the service that was meant.
   */
  void checkServices(List<String> served) {
    if (!served.containsAll(callers.keySet())) {
      throw new IllegalArgumentException(callers.keySet() + " must be among " + served);
    }
  }

  /** Returns whether the caller may call the gRPC service with that full name. */
  boolean allows(ServiceIdentity caller, String grpcService) {
    if (grpcService.startsWith("grpc.")) {
      return true;
    }
    var allowed = callers.get(grpcService);
    return allowed == null ? !caller.service().isEmpty() : allowed.contains(caller.service());
  }
}
