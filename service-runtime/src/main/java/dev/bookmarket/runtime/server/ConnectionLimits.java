package dev.bookmarket.runtime.server;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator;
import java.util.concurrent.TimeUnit;

/** The limits of each connection to a gRPC server. */
final class ConnectionLimits {
  /**
   * More than twice the largest request that any contract allows. With gRPC's default of 4 MiB, a
   * few callers could fill the small heap of a container.
   */
  static final int MAX_REQUEST_BYTES = 256 * 1024;

  /**
   * Much more than a server admits, so that it can reject the others at once. Calls beyond this
   * limit wait in the client until others end.
   */
  private static final int MAX_CALLS_PER_CONNECTION = 1_000;

  /**
   * After more resets by a client within the window, the connection is closed. Every call that
   * misses its deadline is a reset too: the 256 calls that a server may queue, with a deadline of
   * 250 ms, are 10,240 in 10 s.
   */
  private static final int MAX_RESETS = 12_000;

  private static final int RESET_WINDOW_SECONDS = 10;
  private static final int MAX_METADATA_BYTES = 8 * 1024;

  /**
   * Of at most 16 KiB instead of 64, because a part of a request occupies the whole buffer with
   * which it was read.
   */
  private static final RecvByteBufAllocator READ_BUFFERS =
      new AdaptiveRecvByteBufAllocator(64, 2048, 16 * 1024);

  private ConnectionLimits() {}

  static void addTo(NettyServerBuilder server) {
    server
        .maxInboundMessageSize(MAX_REQUEST_BYTES)
        .flowControlWindow(MAX_REQUEST_BYTES)
        .withChildOption(ChannelOption.RECVBUF_ALLOCATOR, READ_BUFFERS)
        .permitKeepAliveTime(5, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
        .maxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
        .maxInboundMetadataSize(MAX_METADATA_BYTES);
  }
}
