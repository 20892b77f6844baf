package dev.bookmarket.runtime.tls;

import dev.bookmarket.runtime.ErrorLog;
import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the TLS handshakes in progress at a server and the empty frames of a connection, and logs
 * why connections of clients fail before their first call; gRPC does none of these. Uses internal
 * classes of grpc-netty, because no public one gives access to a connection at that time. Safe for
 * concurrent use.
 */
final class ServerHandshakes implements ProtocolNegotiator {
  private static final Logger log = LoggerFactory.getLogger(ServerHandshakes.class);

  /** Of about 25 KiB each. */
  private static final int MAX_IN_PROGRESS = 100;

  /** The first byte of a TLS connection; that of an HTTP/2 connection is P. */
  private static final int TLS_HANDSHAKE = 0x16;

  private final ProtocolNegotiator negotiator;

  /** The connections whose handshake has begun, the oldest first. */
  private final Set<Channel> inProgress = new LinkedHashSet<>();

  /** Creates a negotiator that begins each connection like that one, of TLS or plaintext. */
  ServerHandshakes(ProtocolNegotiator negotiator) {
    this.negotiator = negotiator;
  }

  @Override
  public AsciiString scheme() {
    return negotiator.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler handler) {
    var decoder = handler.decoder();
    decoder.frameListener(new EmptyDataFrameLimit(decoder.frameListener()));
    return new FirstBytes(negotiator.newHandler(handler));
  }

  @Override
  public void close() {
    negotiator.close();
  }

  /**
   * Observes the handshake. If there are too many, closes the oldest: that of a client with a
   * certificate takes milliseconds, and others may never end.
   */
  private void begin(Channel connection, SslHandler tls) {
    Channel surplus = null;
    synchronized (inProgress) {
      inProgress.add(connection);
      if (inProgress.size() > MAX_IN_PROGRESS) {
        surplus = inProgress.iterator().next();
        inProgress.remove(surplus);
      }
    }
    if (surplus != null) {
      log.atInfo().addMarker(ErrorLog.PEER_FAULT).log("TLS handshakes closed, too many");
      surplus.close();
    }
    tls.handshakeFuture()
        .addListener(
            handshake -> {
              synchronized (inProgress) {
                inProgress.remove(connection);
              }
              if (!handshake.isSuccess()) {
                HandshakeFailure.reason(handshake.cause())
                    .ifPresent(reason -> logFailure(connection, reason));
              }
            });
  }

  private static void logFailure(Channel connection, String reason) {
    log.atWarn()
        .addKeyValue("client", connection.remoteAddress())
        .addKeyValue("server", connection.localAddress())
        .log("Connection failed: " + reason); // each reason is counted separately
  }

  /** Receives the first bytes of a connection, before the handlers of TLS and HTTP/2. */
  private final class FirstBytes extends ChannelInboundHandlerAdapter {
    private final ChannelHandler next;

    FirstBytes(ChannelHandler next) {
      this.next = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext connection) {
      connection.pipeline().addAfter(connection.name(), null, next);
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object bytes) {
      var tls = connection.pipeline().get(SslHandler.class);
      if (tls != null) {
        begin(connection.channel(), tls);
      } else if (((ByteBuf) bytes).getByte(((ByteBuf) bytes).readerIndex()) == TLS_HANDSHAKE) {
        logFailure(
            connection.channel(), "it uses TLS, but this server does not: TLS_DIR is not set");
      }
      connection.fireChannelRead(bytes);
      connection.pipeline().remove(this);
    }
  }
}
