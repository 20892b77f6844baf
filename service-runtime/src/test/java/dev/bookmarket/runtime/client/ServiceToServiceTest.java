package dev.bookmarket.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.UnavailableException;
import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.server.GrpcServerConfig;
import dev.bookmarket.runtime.server.OneRpc;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service that calls another service with a service config of its own, over real sockets. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ServiceToServiceTest {
  private final CallLog calls = new CallLog();
  private ScriptedService callee;
  private volatile Backend backend;
  private GrpcServer caller;
  private ManagedChannel client;

  @BeforeEach
  void start() {
    callee = ScriptedService.start();
    backend = connectWith(ScriptedService.READS);
    caller =
        GrpcServer.start(
            new GrpcServerConfig(
                ListenAddress.anyFreePort(), Duration.ZERO, Duration.ofMinutes(10)),
            List.of(new OneRpc(this::callOther)),
            channel -> {});
    client =
        Grpc.newChannelBuilder("127.0.0.1:" + caller.port(), InsecureChannelCredentials.create())
            .build();
    Eventually.soon("connected", this::isConnected);
  }

  @AfterEach
  void stop() {
    client.shutdownNow();
    caller.close();
    backend.close();
    callee.close();
  }

  @Test
  void retries_a_read() {
    callee.failFirst(2, Status.UNAVAILABLE);
    var before = callee.calls();

    assertThat(OneRpc.call(client, "request")).isEqualTo("ok");
    assertThat(callee.calls() - before).isEqualTo(3);
  }

  @Test
  void stops_waiting_at_the_deadline_of_its_service_config() {
    backend.close();
    backend = connectWith(ScriptedService.HURRIED_READS);
    Eventually.soon("connected", this::isConnected);
    callee.hang();

    var failure =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> OneRpc.call(client, "the default is 20 s"));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(failure.getStatus().getDescription()).isEqualTo("OneRpc is unavailable");
    assertThat(calls.records())
        .last()
        .extracting(CallRecord::method, CallRecord::outcome)
        .containsExactly("OneRpc/Call", "DEADLINE_EXCEEDED");
  }

  private Backend connectWith(ServiceConfig config) {
    return Backend.connect("127.0.0.1", callee.port(), config);
  }

  private boolean isConnected() {
    try {
      return OneRpc.call(client, "warm-up").equals("ok");
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /** Responds with the response of the other service. */
  private void callOther(String request, StreamObserver<String> reply) {
    try {
      var call =
          calls.record(
              () ->
                  ClientCalls.futureUnaryCall(
                      backend.channel().newCall(OneRpc.CALL, CallOptions.DEFAULT), request));
      OneRpc.reply(GrpcFutures.responseOf("OneRpc", call).join(), reply);
    } catch (Exception e) {
      throw new UnavailableException(String.valueOf(GrpcFutures.causeOf(e).getMessage()));
    }
  }
}
