package dev.bookmarket.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.ListenAddress;
import io.grpc.Status;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Unparseable requests to every service of a server. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class RequestParserTest {
  private static final String UNARY = OneRpc.CALL.getFullMethodName();
  private static final Map<String, String> GZIP = Map.of("grpc-encoding", "gzip");

  private static GrpcServer server;
  private CapturedLog log;

  @BeforeAll
  static void start() {
    server =
        GrpcServer.start(
            new GrpcServerConfig(
                ListenAddress.anyFreePort(), Duration.ZERO, Duration.ofMinutes(10)),
            List.of(OneRpc.echo()),
            channel -> {});
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void capture() {
    log = CapturedLog.begin();
  }

  @AfterEach
  void logsNothing() {
    log.close();
    assertThat(log.lines()).isEmpty();
  }

  /** Unary, with a stream of responses, with streams both ways; ours and gRPC's own. */
  static List<String> everyKindOfMethod() {
    return List.of(
        UNARY,
        HealthGrpc.getCheckMethod().getFullMethodName(),
        HealthGrpc.getWatchMethod().getFullMethodName(),
        ServerReflectionGrpc.getServerReflectionInfoMethod().getFullMethodName(),
        "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        ChannelzGrpc.getGetServersMethod().getFullMethodName());
  }

  @ParameterizedTest
  @MethodSource("everyKindOfMethod")
  void rejects_bytes_that_are_not_a_message(String method) {
    for (var bytes :
        List.of(
            bytes(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f), // a negative length
            bytes(0x0a, 0x05, 'a', 'b'), // a text that is cut off
            bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), // no number
            bytes(0x0c), // the end of a group that has not begun
            new byte[300], // fields with the number 0
            repeated(0x0b, 10_000))) { // groups in groups
      assertThat(status(method, Map.of(), 0, bytes))
          .as(Arrays.toString(bytes))
          .isEqualTo(Status.Code.INVALID_ARGUMENT.value());
    }
  }

  @Test
  void rejects_a_text_that_is_not_utf_8() {
    assertThat(status(UNARY, Map.of(), 0, bytes(0x0a, 0x02, 0xff, 0xfe)))
        .isEqualTo(Status.Code.INVALID_ARGUMENT.value());
  }

  @ParameterizedTest
  @MethodSource("everyKindOfMethod")
  void rejects_bytes_that_cannot_be_decompressed(String method) throws IOException {
    var whole = gzip(StringValue.of("text ".repeat(100)).toByteArray());
    var damaged = whole.clone();
    damaged[whole.length - 5] ^= 1; // in the checksum
    for (var bytes :
        List.of(new byte[0], repeated('x', 50), Arrays.copyOf(whole, whole.length - 12), damaged)) {
      assertThat(status(method, GZIP, 1, bytes))
          .as(Arrays.toString(bytes))
          .isEqualTo(Status.Code.INVALID_ARGUMENT.value());
    }
  }

  @Test
  void rejects_a_message_that_is_too_large_after_decompression() throws IOException {
    var bomb = gzip(StringValue.of("a".repeat(10_000_000)).toByteArray());

    assertThat(status(UNARY, GZIP, 1, bomb)).isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
  }

  @Test
  void rejects_unknown_and_undeclared_compression() {
    assertThat(status(UNARY, Map.of("grpc-encoding", "zebra"), 1, bytes(1, 2, 3)))
        .isEqualTo(Status.Code.UNIMPLEMENTED.value());
    assertThat(status(UNARY, Map.of(), 1, bytes(1, 2, 3))).isEqualTo(Status.Code.INTERNAL.value());
  }

  @Test
  void serves_valid_requests() throws IOException {
    var valid = StringValue.of("hello").toByteArray();

    assertThat(status(UNARY, Map.of(), 0, valid)).isZero();
    assertThat(status(UNARY, GZIP, 1, gzip(valid))).isZero();
  }

  private static int status(
      String method, Map<String, String> headers, int compressed, byte[] bytes) {
    return RawGrpc.statusOf(
        server.port(), "/" + method, headers, RawGrpc.message(compressed, bytes));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var compressed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes);
    }
    return compressed.toByteArray();
  }

  private static byte[] repeated(int value, int times) {
    var bytes = new byte[times];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] bytes(int... values) {
    var bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
