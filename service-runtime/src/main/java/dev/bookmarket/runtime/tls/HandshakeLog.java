package dev.bookmarket.runtime.tls;

import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs why the connections of clients fail before their first call; gRPC does not report it. Uses
 * internal classes of grpc-netty, because no public one gives access to a connection at that time.
 */
final class HandshakeLog implements ProtocolNegotiator {
  private static final Logger log = LoggerFactory.getLogger(HandshakeLog.class);

  /** The first byte of a TLS connection; that of an HTTP/2 connection is P. */
  private static final int TLS_HANDSHAKE = 0x16;

  private final ProtocolNegotiator negotiator;
  private final boolean isTls;

  private HandshakeLog(ProtocolNegotiator negotiator, boolean isTls) {
    this.negotiator = negotiator;
    this.isTls = isTls;
  }

  /** Returns the credentials of a server with TLS. */
  static ServerCredentials tls(SslContext context) {
    return InternalNettyServerCredentials.create(
        new HandshakeLog(InternalProtocolNegotiators.serverTls(context), true));
  }

  /** Returns the credentials of a server without TLS. */
  static ServerCredentials plaintext() {
    return InternalNettyServerCredentials.create(
        new HandshakeLog(InternalProtocolNegotiators.serverPlaintext(), false));
  }

  @Override
  public AsciiString scheme() {
    return negotiator.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler handler) {
    var next = negotiator.newHandler(handler);
    return isTls ? new TlsConnection(next) : new PlaintextConnection(next);
  }

  @Override
  public void close() {
    negotiator.close();
  }

  private static void log(ChannelHandlerContext connection, String reason) {
    log.atWarn()
        .addKeyValue("client", connection.channel().remoteAddress())
        .addKeyValue("server", connection.channel().localAddress())
        .log("Connection failed: " + reason); // each reason is counted separately
  }

  /** Handles the exceptions of the TLS handshake, so it is after the handlers of TLS. */
  private static final class TlsConnection extends ChannelInboundHandlerAdapter {
    private final ChannelHandler previous;

    TlsConnection(ChannelHandler previous) {
      this.previous = previous;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext connection) {
      connection.pipeline().addBefore(connection.name(), null, previous);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext connection, Throwable failure) {
      HandshakeFailure.reason(failure).ifPresent(reason -> log(connection, reason));
      connection.fireExceptionCaught(failure);
      connection.pipeline().remove(this); // further exceptions have the same cause
    }
  }

  /** Reads the first byte before the handlers of HTTP/2. */
  private static final class PlaintextConnection extends ChannelInboundHandlerAdapter {
    private final ChannelHandler next;

    PlaintextConnection(ChannelHandler next) {
      this.next = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext connection) {
      connection.pipeline().addAfter(connection.name(), null, next);
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object message) {
      if (message instanceof ByteBuf bytes
          && bytes.isReadable()
          && bytes.getByte(bytes.readerIndex()) == TLS_HANDSHAKE) {
        log(connection, "it uses TLS, but this server does not: TLS_DIR is not set");
      }
      connection.fireChannelRead(message);
      connection.pipeline().remove(this);
    }
  }
}
