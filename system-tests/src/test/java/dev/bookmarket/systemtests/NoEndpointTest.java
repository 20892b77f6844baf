package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that no telemetry leaves a process for which no endpoint is set. */
@Needs(Tool.LOOPBACK_NETWORK)
class NoEndpointTest {
  /** An address of this machine that no other program uses; the host name of the SDK's default. */
  private static final String LOCALHOST = "127.0.0.9";

  @Test
  void a_process_without_an_endpoint_connects_to_no_receiver(@TempDir Path folder)
      throws IOException {
    assumeTrue(Ports.canListenOn(LOCALHOST, 4318), "another receiver listens on all addresses");
    var hosts = Files.writeString(folder.resolve("hosts"), LOCALHOST + " localhost\n");
    try (var receiver = OtlpReceiver.start(LOCALHOST, 4318);
        var grpc = new ServerSocket(4317, 0, InetAddress.getByName(LOCALHOST))) {
      grpc.setSoTimeout(1);
      run(hosts, Map.of("OTEL_TRACES_SAMPLER", "always_on"));
      assertThat(receiver.bodies()).isEmpty();

      run(hosts, Map.of("OTEL_LOGS_EXPORTER", "otlp", "OTEL_METRICS_EXPORTER", "otlp"));
      assertThat(receiver.sources()).containsExactly("greeter logs", "greeter metrics");
      assertThatThrownBy(grpc::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  /** Starts and stops a process; at the stop, it exports what it has not exported yet. */
  private static void run(Path hosts, Map<String, String> more) {
    var variables = new HashMap<>(more);
    variables.put("GREETER_PORT", "0");
    variables.put("OTEL_METRIC_EXPORT_INTERVAL", "100");
    try (var greeter =
        ProcessUnderTest.launch("greeter", variables, "-Djdk.net.hosts.file=" + hosts)) {
      greeter.port();
      greeter.terminate();
      greeter.awaitEnd();
    }
  }
}
