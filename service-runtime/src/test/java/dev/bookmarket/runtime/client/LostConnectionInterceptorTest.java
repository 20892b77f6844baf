package dev.bookmarket.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bookmarket.runtime.server.OneRpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LostConnectionInterceptorTest {
  @Test
  void a_connection_that_closes_before_the_request_is_written_is_unavailable() throws IOException {
    var lost = Status.UNKNOWN.withDescription("channel closed");

    assertThat(codeOf(lost.withCause(new ClosedChannelException())))
        .isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void unknown_from_a_server_stays_unknown() throws IOException {
    assertThat(codeOf(Status.UNKNOWN)).isEqualTo(Status.Code.UNKNOWN);
    assertThat(codeOf(Status.UNKNOWN.withCause(new IllegalStateException())))
        .isEqualTo(Status.Code.UNKNOWN);
  }

  @Test
  void a_read_is_repeated_once() throws IOException {
    var lost = Status.UNKNOWN.withCause(new ClosedChannelException());
    try (var once = new Service(lost, 1);
        var twice = new Service(lost, 2)) {
      assertThat(OneRpc.call(once.channel, "request")).isEqualTo("ok");
      assertThat(twice.failure().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  private static Status.Code codeOf(Status failure) throws IOException {
    try (var service = new Service(failure, 2)) {
      return service.failure().getCode();
    }
  }

  /** Fails the first calls; the transport passes the cause on, as a lost connection does. */
  private static final class Service implements AutoCloseable {
    private final Server server;
    private final ManagedChannel channel;

    Service(Status failure, int times) throws IOException {
      var failures = new AtomicInteger(times);
      var rpc =
          new OneRpc(
              (request, reply) -> {
                if (failures.getAndDecrement() > 0) {
                  reply.onError(failure.asRuntimeException());
                } else {
                  OneRpc.reply("ok", reply);
                }
              });
      var name = InProcessServerBuilder.generateName();
      server = InProcessServerBuilder.forName(name).addService(rpc).build().start();
      channel =
          InProcessChannelBuilder.forName(name)
              .propagateCauseWithStatus(true)
              .intercept(
                  new LostConnectionInterceptor(
                      Set.of(OneRpc.CALL.getFullMethodName()), new OutlierDetection.Copies()))
              .build();
    }

    Status failure() {
      return catchThrowableOfType(
              StatusRuntimeException.class, () -> OneRpc.call(channel, "request"))
          .getStatus();
    }

    @Override
    public void close() {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }
}
