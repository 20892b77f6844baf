package dev.bookmarket.marketplace.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bookmarket.protobufs.recommendations.RecommendationRequest;
import dev.bookmarket.protobufs.recommendations.RecommendationResponse;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
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

  /** The transport passes the cause on, as a failed connection does. */
  private static Status.Code codeOf(Status failure) throws IOException {
    var name = InProcessServerBuilder.generateName();
    var server =
        InProcessServerBuilder.forName(name).addService(new Failing(failure)).build().start();
    var channel =
        InProcessChannelBuilder.forName(name)
            .propagateCauseWithStatus(true)
            .intercept(new LostConnectionInterceptor())
            .build();
    try {
      var stub = RecommendationsGrpc.newBlockingStub(channel);
      return catchThrowableOfType(
              StatusRuntimeException.class,
              () -> stub.recommend(RecommendationRequest.getDefaultInstance()))
          .getStatus()
          .getCode();
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }

  private static final class Failing extends RecommendationsGrpc.RecommendationsImplBase {
    private final Status failure;

    Failing(Status failure) {
      this.failure = failure;
    }

    @Override
    public void recommend(
        RecommendationRequest request, StreamObserver<RecommendationResponse> reply) {
      reply.onError(failure.asRuntimeException());
    }
  }
}
