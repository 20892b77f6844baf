package dev.bookmarket.runtime.tls;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListener;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListenerDecorator;

/**
 * Closes a connection that has sent 100 more empty parts of requests than others. gRPC keeps an
 * object for each, which no flow control limits. Not thread-safe.
 */
final class EmptyDataFrameLimit extends Http2FrameListenerDecorator {
  private static final int MAXIMUM = 100;

  private int surplus;

  EmptyDataFrameLimit(Http2FrameListener listener) {
    super(listener);
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext connection, int stream, ByteBuf data, int padding, boolean isLast)
      throws Http2Exception {
    surplus = Math.max(0, surplus + (data.isReadable() || isLast ? -1 : 1));
    if (surplus > MAXIMUM) {
      throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "Too many empty frames");
    }
    return super.onDataRead(connection, stream, data, padding, isLast);
  }
}
