package dev.bookmarket.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.bookmarket.runtime.JavaProcess;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.ReplicaName;
import dev.bookmarket.runtime.SampleProcess;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The name of the replica in responses, over real sockets. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ServedByInterceptorTest {
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final AtomicReference<Metadata> headers = new AtomicReference<>();
  private final AtomicReference<Metadata> trailers = new AtomicReference<>();

  @AfterEach
  void closeChannels() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  @Test
  void a_response_reports_its_replica_once_in_its_headers() {
    try (var server = start(OneRpc.echo())) {
      OneRpc.call(channelTo(server.port()), "hello");

      assertThat(namesIn(headers)).containsExactly(ReplicaName.name());
      assertThat(namesIn(trailers)).isEmpty();
    }
  }

  @Test
  void a_rejection_reports_the_replica_too() {
    try (var server =
        start(
            new OneRpc(
                (request, reply) -> {
                  throw RejectedRequestException.notFound("No such cake");
                }))) {
      assertThat(failure(server)).isEqualTo(Status.Code.NOT_FOUND);
      assertThat(namesIn(trailers)).containsExactly(ReplicaName.name());
    }
  }

  @Test
  void a_failure_after_a_response_reports_the_replica_once() {
    try (var server = start(new OneRpc(ServedByInterceptorTest::answerAndFail))) {
      assertThat(failure(server)).isEqualTo(Status.Code.DATA_LOSS);
      assertThat(namesIn(headers)).containsExactly(ReplicaName.name());
      assertThat(namesIn(trailers)).isEmpty();
    }
  }

  @Test
  void does_not_change_the_metadata_of_a_failure() {
    var shared = new Metadata();
    try (var server = start(new OneRpc((request, reply) -> reply.onError(failureWith(shared))))) {
      failure(server);
      failure(server);

      assertThat(namesIn(trailers)).hasSize(1);
      assertThat(shared.keys()).isEmpty();
    }
  }

  @Test
  void the_name_of_a_replica_is_the_host_name_in_the_environment() {
    try (var process =
        JavaProcess.start(
            SampleProcess.class,
            Map.of("HOSTNAME", "sample-7d4f-x2", "SAMPLE_PORT", "0", "DRAIN_MS", "0"),
            List.of())) {
      var port = Integer.parseInt(process.awaitOutput("port=(\\d+) Serving gRPC").group(1));
      OneRpc.call(channelTo(port), "hello");

      assertThat(namesIn(headers)).containsExactly("sample-7d4f-x2");
    }
  }

  private static List<String> namesIn(AtomicReference<Metadata> received) {
    var names = new ArrayList<String>();
    var all = Objects.requireNonNull(received.get()).getAll(ReplicaName.HEADER);
    if (all != null) {
      all.forEach(names::add);
    }
    return names;
  }

  private static void answerAndFail(String request, StreamObserver<String> reply) {
    reply.onNext(request);
    reply.onError(Status.DATA_LOSS.asRuntimeException());
  }

  private static StatusRuntimeException failureWith(Metadata trailers) {
    return Status.DATA_LOSS.asRuntimeException(trailers);
  }

  private Status.Code failure(GrpcServer server) {
    var failure = catchThrowable(() -> OneRpc.call(channelTo(server.port()), "hello"));
    return Status.fromThrowable(failure).getCode();
  }

  private static GrpcServer start(OneRpc service) {
    var config =
        new GrpcServerConfig(ListenAddress.anyFreePort(), Duration.ZERO, Duration.ofHours(1));
    return GrpcServer.start(config, List.of(service), channel -> {});
  }

  private Channel channelTo(int port) {
    var channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
            .intercept(MetadataUtils.newCaptureMetadataInterceptor(headers, trailers))
            .build();
    channels.add(channel);
    return channel;
  }
}
