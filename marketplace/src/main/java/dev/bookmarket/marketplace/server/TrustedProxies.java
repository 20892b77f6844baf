package dev.bookmarket.marketplace.server;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.Lists;
import com.google.common.net.InetAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.InetAddressPattern;

/**
 * The proxies whose {@code X-Forwarded-For} and {@code X-Forwarded-Proto} count. From other peers
 * these headers are ignored, because any client can send them; {@code Forwarded} is always ignored.
 * Each proxy of a chain adds a value at the end or replaces the header: only the values that
 * trusted proxies added count, and a client can send any values before those.
 *
 * @param addresses the addresses of the proxies; empty if none is trusted
 */
record TrustedProxies(List<InetAddressPattern> addresses) {
  private static final Splitter VALUES =
      Splitter.on(',').trimResults(CharMatcher.anyOf(" \t\"")).omitEmptyStrings();

  /**
   * Returns a key that is equal for requests of one client: of an IPv6 address, its /64. The client
   * is the last address in {@code X-Forwarded-For} that is not a trusted proxy; without one, it is
   * the address of the connection.
   */
  Object clientOf(Request request) {
    return clientOf(addressOf(request), request.getHeaders());
  }

  Object clientOf(InetAddress peer, HttpFields headers) {
    if (!isTrusted(peer)) {
      return keyOf(peer);
    }
    var forwardedFor = forwardedFor(headers);
    int hops = hops(peer, forwardedFor);
    var client =
        hops == 0 ? peer : InetAddresses.forString(forwardedFor.get(forwardedFor.size() - hops));
    return keyOf(client);
  }

  /** Returns a key that is equal for addresses of one client: of an IPv6 address, its /64. */
  static Object keyOf(InetAddress client) {
    return client instanceof Inet6Address ? ByteBuffer.wrap(client.getAddress()).getLong() : client;
  }

  /**
   * Returns whether the client uses HTTPS, according to the value of {@code X-Forwarded-Proto} that
   * the trusted proxy nearest to the client added. This process itself serves only plain HTTP.
   */
  boolean isOverHttps(Request request) {
    return isOverHttps(addressOf(request), request.getHeaders());
  }

  boolean isOverHttps(InetAddress peer, HttpFields headers) {
    // Is called for every response: most requests are not forwarded.
    if (!headers.contains(HttpHeader.X_FORWARDED_PROTO) || !isTrusted(peer)) {
      return false;
    }
    var protos = valuesOf(HttpHeader.X_FORWARDED_PROTO, headers).toList();
    int proxies = Math.max(1, hops(peer, forwardedFor(headers)));
    // Fewer values than proxies: the nearest to the client set it, and others passed it on.
    return !protos.isEmpty()
        && protos.get(Math.max(0, protos.size() - proxies)).equalsIgnoreCase("https");
  }

  /**
   * Returns how many of the last addresses count: that of the client, and those of the trusted
   * proxies before the peer. Is 0 if the peer is not trusted.
   */
  private int hops(InetAddress peer, List<String> forwardedFor) {
    int hops = 0;
    var client = peer;
    for (var hop : Lists.reverse(forwardedFor)) {
      if (!isTrusted(client) || !InetAddresses.isInetAddress(hop)) {
        break;
      }
      client = InetAddresses.forString(hop);
      hops++;
    }
    return hops;
  }

  /** Returns the addresses without zones, which name network interfaces of the proxy. */
  private static List<String> forwardedFor(HttpFields headers) {
    return valuesOf(HttpHeader.X_FORWARDED_FOR, headers)
        .map(address -> address.substring(0, (address + "%").indexOf('%')))
        .toList();
  }

  private static Stream<String> valuesOf(HttpHeader name, HttpFields headers) {
    // Not getCSV: an unterminated quote, which any client can send, would hide all later values.
    return headers.getValuesList(name).stream().flatMap(VALUES::splitToStream);
  }

  private boolean isTrusted(InetAddress address) {
    return addresses.stream().anyMatch(proxies -> proxies.test(address));
  }

  private static InetAddress addressOf(Request request) {
    var peer = (InetSocketAddress) request.getConnectionMetaData().getRemoteSocketAddress();
    return peer.getAddress();
  }
}
