package dev.bookmarket.runtime.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.JavaProcess;
import dev.bookmarket.runtime.SampleProcess;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log of a process whose clients violate the protocol. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class HostileClientsTest {
  private static final String USES_TLS = " Connection failed: it uses TLS, ";
  private static final String MARK = "xxmarkxx\u0085\u001b[31m";
  private static final String METHOD = "/" + OneRpc.CALL.getFullMethodName();
  private static final int TIMES = 20;

  @Test
  void logs_no_text_of_clients_and_not_one_line_per_call() {
    try (var sample =
        JavaProcess.start(
            SampleProcess.class,
            Map.of("SAMPLE_PORT", "0", "DRAIN_MS", "0"),
            List.of("-XX:TieredStopAtLevel=1"))) {
      var port = Integer.parseInt(sample.awaitOutput("port=(\\d+) Serving gRPC$").group(1));
      sample.awaitOutput("java.util.logging");
      var before = sample.output().size();
      attacks()
          .forEach(
              (name, attack) -> {
                for (int i = 0; i < TIMES; i++) {
                  attack.accept(port);
                }
                assertThat(linesWithoutCounts(sample)).as(name).hasSize(before);
              });
      sample.terminate();
      sample.awaitEnd();

      assertThat(sample.errors()).isEmpty();
      assertThat(sample.output())
          .filteredOn(line -> line.contains(USES_TLS))
          .hasSizeBetween(1, TIMES - 1);
      assertThat(String.join("\n", sample.output())).doesNotContain("xxmark", "ERROR");
      assertThat(sample.output())
          .allSatisfy(line -> assertThat(line).matches("20\\S+ [A-Z]+ \\w+ - \\p{Print}+"))
          .filteredOn(line -> line.contains("Faults caused by peers"))
          .hasSizeBetween(3, 20)
          .anyMatch(line -> line.contains("Requests that cannot be parsed"))
          .anyMatch(line -> line.contains("NettyServerHandler.onStreamError"));
    }
  }

  /**
   * Returns the lines without counts, which are logged after a minute, and without those about
   * clients that use TLS, of which there are ten in a minute.
   */
  private static List<String> linesWithoutCounts(JavaProcess sample) {
    return sample.output().stream()
        .filter(line -> !line.contains(" LogRateLimiter - ") && !line.contains(USES_TLS))
        .toList();
  }

  private static Map<String, Consumer<Integer>> attacks() {
    var data = MARK.getBytes(ISO_8859_1);
    var attacks = new LinkedHashMap<String, Consumer<Integer>>();
    attacks.put("no protobuf", calls(Map.of(), RawGrpc.message(0, data)));
    attacks.put("no gzip", calls(Map.of("grpc-encoding", "gzip"), RawGrpc.message(1, data)));
    attacks.put("no such coding", calls(Map.of("grpc-encoding", MARK), RawGrpc.message(1, data)));
    attacks.put("compressed, or not", calls(Map.of(), RawGrpc.message(1, data)));
    attacks.put("no such flag", calls(Map.of(), RawGrpc.message(7, data)));
    attacks.put("too much metadata", calls(Map.of("x-" + "m", MARK.repeat(700)), new byte[5]));
    attacks.put("huge metadata", calls(Map.of("x-m", MARK.repeat(5_000)), new byte[5]));
    attacks.put("no base64", calls(Map.of("x-bin", "@@" + MARK), new byte[5]));
    attacks.put("no timeout", calls(Map.of("grpc-timeout", MARK), new byte[5]));
    attacks.put("no trailers", calls(Map.of("te", MARK), new byte[5]));
    attacks.put("no grpc", calls(Map.of("content-type", MARK), new byte[5]));
    attacks.put("no method", calls(Map.of(":method", MARK), new byte[5]));
    attacks.put("no authority", calls(Map.of(":authority", MARK), new byte[5]));
    attacks.put("upper case", calls(Map.of("X-MARK", MARK), new byte[5]));
    attacks.put(
        "no such method", port -> answered(RawGrpc.http2(port).call("/" + MARK + "/a", Map.of())));
    attacks.put("no slash", port -> answered(RawGrpc.http2(port).call(MARK, Map.of())));
    attacks.put(
        "too large",
        calls(Map.of(), concat(new byte[] {0, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff}, data)));
    attacks.put("cut off", calls(Map.of(), concat(new byte[] {0, 0, 0, 1, 0}, data)));
    attacks.put("no message", calls(Map.of(), new byte[0]));
    attacks.put("two messages", calls(Map.of(), new byte[10]));
    attacks.put(
        "resets",
        port -> {
          var connection = RawGrpc.http2(port);
          for (int i = 0; i < 300; i++) {
            connection.call(METHOD, Map.of()).reset();
          }
          answered(connection);
        });
    attacks.put("HTTP/1.1", port -> answered(sent(port, "GET /" + MARK + " HTTP/1.1\r\n\r\n")));
    attacks.put("TLS", port -> answered(sent(port, "\u0016\u0003\u0001\u0002\u0000\u0001" + MARK)));
    attacks.put("bad HPACK", frame(RawGrpc.HEADERS, 1, concat(new byte[] {-1, -1, -1, -1}, data)));
    attacks.put("data on stream 0", frame(RawGrpc.DATA, 0, data));
    attacks.put("data on no stream", frame(RawGrpc.DATA, 77, data));
    attacks.put("short ping", frame(RawGrpc.PING, 0, new byte[3]));
    attacks.put("window of 0", frame(RawGrpc.WINDOW_UPDATE, 0, new byte[4]));
    attacks.put("going away", frame(RawGrpc.GOAWAY, 0, concat(new byte[8], data)));
    attacks.put("bad settings", frame(RawGrpc.SETTINGS, 0, data));
    return attacks;
  }

  private static Consumer<Integer> calls(Map<String, String> headers, byte[] data) {
    return port -> answered(RawGrpc.http2(port).call(METHOD, headers).data(data));
  }

  private static Consumer<Integer> frame(int type, int stream, byte[] payload) {
    return port -> answered(RawGrpc.http2(port).frame(type, 4, stream, payload));
  }

  private static RawGrpc sent(int port, String text) {
    return RawGrpc.to(port).send(text.getBytes(ISO_8859_1));
  }

  private static void answered(RawGrpc connection) {
    try (connection) {
      connection.awaitAnswer();
    }
  }

  private static byte[] concat(byte[] one, byte[] other) {
    var both = java.util.Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
