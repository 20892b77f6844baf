package dev.bookmarket.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.Eventually;
import io.grpc.Attributes;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeptBytesTest {
  private static final long MAXIMUM = Runtime.getRuntime().maxMemory() / 16;

  private final KeptBytes kept = new KeptBytes();

  @Test
  void a_connection_keeps_at_most_a_sixteenth_of_the_heap() {
    var call = callOnNewConnection();

    call.requestArrived(MAXIMUM / 2);
    assertThat(call.areTooMany()).isFalse();
    call.requestArrived(MAXIMUM / 2);
    assertThat(call.areTooMany()).isTrue();
  }

  @Test
  void all_connections_together_keep_at_most_an_eighth() {
    assertThat(rejectedOfFourLargeCalls()).isEqualTo(4);
  }

  @Test
  void connections_that_end_before_they_are_ready_do_not_count() throws Exception {
    var ended = new AtomicInteger();
    var server = server(ended);
    try {
      for (int connection = 0; connection < 10; connection++) {
        RawGrpc.to(server.getPort()).close();
      }
      Eventually.soon("all have ended", () -> ended.get() == 10);
    } finally {
      server.shutdownNow();
    }

    assertThat(rejectedOfFourLargeCalls()).isEqualTo(4);
  }

  /** Starts four calls that together keep 3/16 of the heap; returns how many are too many. */
  private long rejectedOfFourLargeCalls() {
    var calls = IntStream.range(0, 4).mapToObj(call -> callOnNewConnection()).toList();
    calls.forEach(call -> call.requestArrived(MAXIMUM * 3 / 4));
    return calls.stream().filter(KeptBytes.OfCall::areTooMany).count();
  }

  private KeptBytes.OfCall callOnNewConnection() {
    var call = kept.new OfCall();
    call.start(kept.transportReady(Attributes.EMPTY), 0);
    return call;
  }

  private io.grpc.Server server(AtomicInteger ended) throws IOException {
    return NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            InsecureServerCredentials.create())
        .addTransportFilter(
            new ServerTransportFilter() {
              @Override
              public Attributes transportReady(Attributes connection) {
                return kept.transportReady(connection);
              }

              @Override
              public void transportTerminated(Attributes connection) {
                kept.transportTerminated(connection);
                ended.incrementAndGet();
              }
            })
        .build()
        .start();
  }
}
