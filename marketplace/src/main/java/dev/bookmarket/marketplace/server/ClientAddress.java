package dev.bookmarket.marketplace.server;

import com.google.common.collect.Lists;
import com.google.common.net.InetAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.InetAddressPattern;

/**
 * Finds the client of a request: the address of the connection, or the last one in {@code
 * X-Forwarded-For} that is not a trusted proxy. Clients can send any addresses before that one.
 *
 * @param trustedProxies the proxies whose {@code X-Forwarded-For} counts
 */
record ClientAddress(List<InetAddressPattern> trustedProxies) {
  /** Returns a key that is equal for requests of one client: of an IPv6 address, its /64. */
  Object of(Request request) {
    var peer = (InetSocketAddress) request.getConnectionMetaData().getRemoteSocketAddress();
    return of(peer.getAddress(), request.getHeaders().getCSV(HttpHeader.X_FORWARDED_FOR, false));
  }

  Object of(InetAddress peer, List<String> forwardedFor) {
    var client = peer;
    for (var hop : Lists.reverse(forwardedFor)) {
      if (!isTrusted(client) || !InetAddresses.isInetAddress(hop)) {
        break;
      }
      client = InetAddresses.forString(hop);
    }
    return client instanceof Inet6Address ? ByteBuffer.wrap(client.getAddress()).getLong() : client;
  }

  private boolean isTrusted(InetAddress address) {
    return trustedProxies.stream().anyMatch(proxies -> proxies.test(address));
  }
}
