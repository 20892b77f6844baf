package dev.bookmarket.runtime.tls;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListener;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListenerDecorator;

/**
 * Closes a connection after 1,000 empty DATA frames, which no usual client sends. gRPC keeps up to
 * 999 of them for each call, and flow control counts only bytes. Not thread-safe.
 */
final class EmptyDataFrameLimit extends Http2FrameListenerDecorator {
  private static final int MAXIMUM = 1_000;

  private int count;

  EmptyDataFrameLimit(Http2FrameListener listener) {
    super(listener);
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext connection, int stream, ByteBuf data, int padding, boolean isLast)
      throws Http2Exception {
    if (!data.isReadable() && !isLast && ++count > MAXIMUM) {
      throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "Too many empty frames");
    }
    return super.onDataRead(connection, stream, data, padding, isLast);
  }
}
