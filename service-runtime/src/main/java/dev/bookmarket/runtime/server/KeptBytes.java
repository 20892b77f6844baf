package dev.bookmarket.runtime.server;

import io.grpc.Attributes;
import io.grpc.ServerTransportFilter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes that a server keeps for its open calls: requests that are incomplete or have not
 * been parsed, and responses that the client has not read completely. Safe for concurrent use.
 */
final class KeptBytes extends ServerTransportFilter {
  private static final Attributes.Key<AtomicLong> OF_CONNECTION = Attributes.Key.create("kept");

  /** The most bytes that are kept for one connection. */
  private static final long MAXIMUM = Runtime.getRuntime().maxMemory() / 16;

  /**
   * If all connections together keep more than this, each may keep only an equal share of it. A
   * network buffer can contain several messages, so the memory in use is more than twice as much.
   */
  private static final long MAXIMUM_OF_ALL = 2 * MAXIMUM;

  /** What an open call needs in addition to its messages. */
  private static final int CALL = 2 * 1024;

  /** What a part of an incomplete request needs in addition to its bytes. */
  private static final int PART = 256;

  private final AtomicLong all = new AtomicLong();
  private final AtomicInteger connections = new AtomicInteger();

  @Override
  public Attributes transportReady(Attributes connection) {
    connections.incrementAndGet();
    return connection.toBuilder().set(OF_CONNECTION, new AtomicLong()).build();
  }

  @Override
  public void transportTerminated(@Nullable Attributes connection) {
    if (connection != null) { // null if it ended before it was ready
      connections.decrementAndGet();
    }
  }

  /** The bytes of one call. */
  final class OfCall {
    private AtomicLong ofConnection = new AtomicLong();
    private long requestBytes;
    private long bytes;
    private boolean hasEnded;

    /**
     * Starts to count the bytes of a call.
     *
     * @param reserved what the requests of a stream may need, because they are not counted when
     *     they arrive
     */
    synchronized void start(Attributes connection, long reserved) {
      ofConnection = connection.get(OF_CONNECTION);
      keep(CALL + reserved);
    }

    synchronized void requestArrived(long more) {
      requestBytes += more + PART;
      keep(more + PART);
    }

    synchronized void requestParsed() {
      keep(-requestBytes);
      requestBytes = 0;
    }

    synchronized void responseWritten(long more) {
      keep(more);
    }

    synchronized void end() {
      keep(-bytes);
      hasEnded = true;
    }

    private void keep(long more) {
      if (!hasEnded) {
        bytes += more;
        ofConnection.addAndGet(more);
        all.addAndGet(more);
      }
    }

    /** Returns whether its connection keeps more than the maximum, or more than a share of it. */
    synchronized boolean areTooMany() {
      long kept = ofConnection.get();
      return kept > MAXIMUM
          || (all.get() > MAXIMUM_OF_ALL && kept * connections.get() > MAXIMUM_OF_ALL);
    }
  }
}
