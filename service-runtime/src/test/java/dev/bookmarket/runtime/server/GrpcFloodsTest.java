package dev.bookmarket.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.JavaProcess;
import dev.bookmarket.runtime.SampleProcess;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process with a small heap, whose clients do not complete calls or do not read responses. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GrpcFloodsTest {
  private static final String METHOD = "/" + OneRpc.CALL.getFullMethodName();
  private static final String REFLECTION =
      "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

  private static JavaProcess sample;
  private static int port;
  private static ManagedChannel other;

  @BeforeAll
  static void start() {
    sample =
        JavaProcess.start(
            SampleProcess.class,
            Map.of("SAMPLE_PORT", "0", "DRAIN_MS", "0"),
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx40m",
                "-XX:+ExitOnOutOfMemoryError"));
    port = Integer.parseInt(sample.awaitOutput("port=(\\d+) Serving gRPC$").group(1));
    other = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterEach
  void other_clients_are_served() {
    for (int call = 0; call < 20; call++) {
      assertThat(OneRpc.call(other, "hello")).isEqualTo("hello");
    }
  }

  @AfterAll
  static void stop() {
    other.shutdownNow();
    sample.terminate();
    sample.awaitEnd();
    assertThat(sample.errors()).isEmpty();
    sample.close();
  }

  @Test
  void calls_without_a_request() {
    try (var flood = RawGrpc.http2(port)) {
      for (int call = 0; call < 40_000; call++) {
        flood.call(METHOD, Map.of());
      }
      other_clients_are_served();
    }
  }

  @Test
  void calls_that_are_reset() {
    for (int connection = 0; connection < 4; connection++) {
      try (var flood = RawGrpc.http2(port)) {
        for (int call = 0; call < 15_000; call++) {
          flood.call(METHOD, Map.of()).reset();
        }
        other_clients_are_served();
      }
    }
  }

  @Test
  void requests_that_are_not_completed() {
    var start = Arrays.copyOf(RawGrpc.message(0, new byte[200_000]), 16_000);
    try (var flood = RawGrpc.http2(port)) {
      for (int call = 0; call < 1_000; call++) { // 48 MB
        var next = new byte[start.length];
        flood.call(METHOD, Map.of()).part(start).part(next).part(next).awaitRead();
      }
      other_clients_are_served();
    }
  }

  @Test
  void empty_parts_of_requests() {
    for (int connection = 0; connection < 4; connection++) {
      try (var flood = RawGrpc.http2(port)) {
        for (int call = 0; call < 1_000; call++) {
          flood.call(METHOD, Map.of()).parts(999, new byte[0]);
        }
        other_clients_are_served();
      }
    }
  }

  @Test
  void empty_parts_of_requests_between_others() {
    try (var flood = RawGrpc.http2(port)) {
      for (int call = 0; call < 1_000; call++) {
        flood.call(METHOD, Map.of()).parts(999, new byte[0]);
        flood.call(METHOD, Map.of()).parts(999, new byte[1]).reset();
      }
      other_clients_are_served();
    }
  }

  @Test
  void requests_in_parts_of_one_byte() {
    try (var flood = RawGrpc.http2(port)) {
      for (int call = 0; call < 1_000; call++) {
        flood.call(METHOD, Map.of()).part(RawGrpc.start(200_000)).parts(900, new byte[1]);
      }
      other_clients_are_served();
    }
  }

  @Test
  void streams_of_requests_that_are_not_completed() {
    var part = new byte[16_000];
    try (var flood = RawGrpc.http2(port)) {
      for (int call = 0; call < 500; call++) { // 80 MB
        flood.call(REFLECTION, Map.of()).part(RawGrpc.start(200_000)).parts(10, part).awaitRead();
      }
      other_clients_are_served();
    }
  }

  @Test
  void responses_that_are_not_read() {
    var flood = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    var request = "x".repeat(200_000);
    var rejected = new AtomicInteger();
    try {
      for (int number = 0; number < 500; number++) {
        var call = flood.newCall(OneRpc.CALL, CallOptions.DEFAULT);
        call.start(
            new ClientCall.Listener<>() {
              @Override
              public void onClose(Status status, Metadata trailers) {
                rejected.incrementAndGet();
              }
            },
            new Metadata());
        call.sendMessage(request); // but never request(1), so the response is not read
        call.halfClose();
      }
      Eventually.soon("most calls are rejected", () -> rejected.get() > 250);
      other_clients_are_served();
    } finally {
      flood.shutdownNow();
    }
  }
}
