package dev.bookmarket.marketplace.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.io.EndPoint;

/**
 * Bounds the memory for bodies that have not arrived and for responses that have not been read: if
 * they need too much, closes the connection that began the longest time ago. Safe for concurrent
 * use.
 */
final class SlowClients {
  private final long maxBytes;
  private final Map<EndPoint, Integer> bytes = new LinkedHashMap<>();
  private long total;

  SlowClients(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Begins to receive a body or to send a response, unless this has begun. */
  void begin(EndPoint client, int length) {
    var slow = new ArrayList<EndPoint>();
    synchronized (this) {
      if (bytes.putIfAbsent(client, length) == null) {
        total += length;
      }
      for (var oldest = bytes.entrySet().iterator(); total > maxBytes && bytes.size() > 1; ) {
        var entry = oldest.next();
        total -= entry.getValue();
        slow.add(entry.getKey());
        oldest.remove();
      }
    }
    slow.forEach(EndPoint::close);
  }

  /** Ends what has begun, if it has not been aborted. */
  synchronized void end(EndPoint client) {
    var length = bytes.remove(client);
    total -= length == null ? 0 : length;
  }
}
