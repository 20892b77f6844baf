package dev.bookmarket.marketplace.server;

import dev.bookmarket.marketplace.web.RequestBody;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/**
 * Bounds the memory for bodies, until they arrive and until their request ends, and for responses
 * that have not been read. If they need too much, drops the body and closes the connection that
 * began the longest time ago, of those that need at least the average: a short form is not dropped
 * because of long ones. Safe for concurrent use.
 */
final class RequestMemoryBudget {
  private record Use(Request request, int length) {}

  private final long maxBytes;
  private final Map<EndPoint, Use> uses = new LinkedHashMap<>();
  private long total;

  RequestMemoryBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Counts the memory of a request's body or response, unless it is already counted. If all
   * together need too much, drops the oldest of the long ones and closes their connections.
   */
  void begin(Request request, int length) {
    var dropped = new ArrayList<EndPoint>();
    synchronized (this) {
      if (uses.putIfAbsent(clientOf(request), new Use(request, length)) == null) {
        total += length;
      }
      while (total > maxBytes && uses.size() > 1) {
        var oldest = oldestOfAverageLength();
        end(oldest);
        // An attribute belongs to one request, so this does not remove the body of another one.
        oldest.removeAttribute(RequestBody.ATTRIBUTE);
        dropped.add(clientOf(oldest));
      }
    }
    dropped.forEach(EndPoint::close);
  }

  /** Ends the counting for a request, if it was not ended before. */
  synchronized void end(Request request) {
    var use = uses.remove(clientOf(request));
    total -= use == null ? 0 : use.length;
  }

  private Request oldestOfAverageLength() {
    long average = total / uses.size();
    return uses.values().stream()
        .filter(use -> use.length >= average)
        .findFirst()
        .orElseThrow()
        .request;
  }

  private static EndPoint clientOf(Request request) {
    return request.getConnectionMetaData().getConnection().getEndPoint();
  }
}
