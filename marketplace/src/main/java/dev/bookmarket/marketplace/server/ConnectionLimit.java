package dev.bookmarket.marketplace.server;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import dev.bookmarket.runtime.ErrorLog;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the connections and the time of a header. Beyond the limit, a new connection replaces one
 * without a request in progress: of the address with the most connections, the one whose last
 * request ended, or that was opened, first. An address keeps its equal share of the limit. Must be
 * the first handler, and an event listener of the connector.
 *
 * <p>Jetty's NetworkConnectionLimit accepts no further connections, and Jetty's idle timeout begins
 * again with each byte: clients that send a byte a second could occupy all connections.
 */
final class ConnectionLimit extends Handler.Wrapper implements Connection.Listener {
  private static final int INTERVAL_MILLIS = 500;
  private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);

  private static final class Client {
    private final Connection connection;
    private final Object address;
    private long headerSince = System.nanoTime();
    private long bytesBeforeHeader = -1; // the first header begins with the connection
    private boolean inProgress;

    Client(Connection connection) {
      this.connection = connection;
      var peer = (InetSocketAddress) connection.getEndPoint().getRemoteSocketAddress();
      address = TrustedProxies.keyOf(peer.getAddress());
    }
  }

  private final int maxConnections;
  private final Duration maxHeaderTime;

  /** Of those without a request in progress, the one that has been quiet longest is first. */
  private final Map<EndPoint, Client> clients = new LinkedHashMap<>();

  private final Multiset<Object> addresses = HashMultiset.create();

  /**
   * Creates a handler.
   *
   * @param maxHeaderTime how long the first header of a connection may take from its opening, and
   *     another one from its first byte; half a second more or less
   */
  ConnectionLimit(int maxConnections, Duration maxHeaderTime) {
    this.maxConnections = maxConnections;
    this.maxHeaderTime = maxHeaderTime;
  }

  @Override
  public void onOpened(Connection connection) {
    var newest = new Client(connection);
    Client surplus;
    synchronized (this) {
      clients.put(connection.getEndPoint(), newest);
      addresses.add(newest.address);
      surplus = surplus(newest);
      if (surplus != null) {
        onClosed(surplus.connection);
      }
    }
    if (surplus != null) {
      log.atInfo().addMarker(ErrorLog.PEER_FAULT).log("Connections closed, too many");
      surplus.connection.getEndPoint().close();
    }
  }

  @Override
  public synchronized void onClosed(Connection connection) {
    var client = clients.remove(connection.getEndPoint());
    if (client != null) {
      addresses.remove(client.address);
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    var endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    setInProgress(endPoint, true);
    Request.addCompletionListener(request, failure -> setInProgress(endPoint, false));
    return super.handle(request, response, callback);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    closeSlow();
  }

  private synchronized void setInProgress(EndPoint endPoint, boolean inProgress) {
    var client = clients.remove(endPoint);
    if (client != null) {
      client.inProgress = inProgress;
      client.headerSince = System.nanoTime();
      client.bytesBeforeHeader = client.connection.getBytesIn();
      clients.put(endPoint, client);
    }
  }

  /**
   * Returns the connection to close if there are too many. There is none if each address with more
   * than an equal share has only requests in progress; beyond twice the limit, it is the newest.
   */
  private @Nullable Client surplus(Client newest) {
    if (clients.size() <= maxConnections) {
      return null;
    }
    Client surplus = null;
    for (var client : clients.values()) {
      boolean hasMoreConnections =
          surplus == null || addresses.count(client.address) > addresses.count(surplus.address);
      surplus = !client.inProgress && hasMoreConnections ? client : surplus;
    }
    int share = maxConnections / addresses.elementSet().size();
    if (surplus != null && addresses.count(surplus.address) > share) {
      return surplus;
    }
    return clients.size() > 2 * maxConnections ? newest : null;
  }

  private synchronized List<EndPoint> slow() {
    long now = System.nanoTime();
    var slow = new ArrayList<EndPoint>();
    for (var client : clients.values()) {
      if (client.inProgress || client.connection.getBytesIn() == client.bytesBeforeHeader) {
        client.headerSince = now;
      } else if (now - client.headerSince >= maxHeaderTime.toNanos()) {
        slow.add(client.connection.getEndPoint());
      }
    }
    return slow;
  }

  private void closeSlow() {
    try {
      slow().forEach(EndPoint::close);
    } finally {
      getServer().getScheduler().schedule(this::closeSlow, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
