package dev.bookmarket.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.server.OneRpc;
import dev.bookmarket.runtime.telemetry.OpenMetrics;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Start, log and stop of a whole process, each in a JVM of its own. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ServiceProcessTest {
  private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ ";

  @Test
  void help_prints_the_variables_and_starts_nothing() {
    try (var sample = sample(Map.of("SAMPLE_PORT", "not even read"), "--help")) {
      assertThat(sample.awaitEnd()).isZero();
      assertThat(sample.errors()).isEmpty();
      assertThat(String.join("\n", sample.output()))
          .startsWith("sample reads these environment variables:\n\n")
          .containsPattern("(?m)^  LOG_LEVEL +info +trace, debug")
          .containsPattern("(?m)^  ADMIN_PORT +\\(unset\\) +the port of /metrics")
          .containsPattern("(?m)^  SAMPLE_PORT +50099 +the port")
          .containsPattern("(?m)^  BIND_ADDRESS +127.0.0.1 +the address")
          .containsPattern("(?m)^  DRAIN_MS +5000 +how many milliseconds")
          .containsPattern("(?m)^  SAMPLE_START +well +how the start goes$")
          .doesNotContain("Serving");
    }
  }

  @Test
  void rejects_an_unknown_argument() {
    try (var sample = sample(Map.of(), "--port=1")) {
      assertThat(sample.awaitEnd()).isEqualTo(1);
      assertThat(sample.errors())
          .containsExactly("sample: accepts only the argument --help, not \"--port=1\"");
      assertThat(sample.output()).isEmpty();
    }
  }

  @Test
  void names_an_invalid_variable() {
    try (var sample = sample(Map.of("SAMPLE_PORT", "tcp://10.0.0.1:50099"))) {
      assertThat(sample.awaitEnd()).isEqualTo(1);
      assertThat(sample.errors())
          .containsExactly(
              "sample: SAMPLE_PORT must be a whole number from 0 to 65535, but is"
                  + " \"tcp://10.0.0.1:50099\"");
      assertThat(sample.output()).isEmpty();
    }
  }

  @Test
  void rejects_an_unknown_log_level() {
    try (var sample = sample(Map.of("LOG_LEVEL", "chatty"))) {
      assertThat(sample.awaitEnd()).isEqualTo(1);
      assertThat(sample.errors())
          .containsExactly(
              "sample: LOG_LEVEL must be one of trace, debug, info, warn, error, off, but is"
                  + " \"chatty\"");
    }
  }

  @Test
  void names_the_variables_of_telemetry_if_one_is_invalid() {
    try (var sample = sample(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://localhost"))) {
      assertThat(sample.awaitEnd()).isEqualTo(1);
      assertThat(sample.errors())
          .singleElement()
          .asString()
          .startsWith("sample: OpenTelemetry: ")
          .contains("ftp")
          .endsWith("; these variables are set: OTEL_EXPORTER_OTLP_ENDPOINT");
    }
  }

  @Test
  void names_the_port_that_is_taken_and_its_variable() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        var sample = sample(Map.of("SAMPLE_PORT", String.valueOf(other.getLocalPort())))) {
      assertThat(sample.awaitEnd()).isEqualTo(1);
      assertThat(sample.errors())
          .singleElement()
          .asString()
          .contains("port " + other.getLocalPort() + " is taken", "SAMPLE_PORT");
      assertThat(sample.output()).isEmpty();
    }
  }

  @Test
  void names_the_admin_port_that_is_taken() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        var sample = sample(Map.of("ADMIN_PORT", String.valueOf(other.getLocalPort())))) {
      assertThat(sample.awaitEnd()).isEqualTo(1);
      assertThat(sample.errors())
          .singleElement()
          .asString()
          .contains("port " + other.getLocalPort() + " is taken", "ADMIN_PORT");
    }
  }

  @Test
  void starts_with_a_warning_if_the_default_admin_port_is_taken() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        var sample = sample(Map.of("DEFAULT_ADMIN_PORT", String.valueOf(other.getLocalPort())))) {
      assertThat(callOnce(portOf(sample))).isEqualTo("hello");
      assertThat(sample.output())
          .filteredOn(line -> line.contains("WARN ServiceProcess"))
          .singleElement()
          .asString()
          .contains("port " + other.getLocalPort() + " is taken", "ADMIN_PORT");
    }
  }

  @Test
  void serves_metrics_and_readiness_on_the_admin_port() throws IOException {
    try (var sample = sample(Map.of("ADMIN_PORT", "0"))) {
      awaitReady(sample);
      var port = adminPortOf(sample);

      assertThat(OpenMetrics.scrape(port).samples("target_info").get(0).labels())
          .containsEntry("service_name", "sample");
      assertThat(OpenMetrics.scrape(port).samples("jvm_memory_used_bytes")).isNotEmpty();
    }
  }

  @Test
  void an_empty_variable_of_telemetry_counts_as_unset() throws IOException {
    var empty =
        Map.of(
            "ADMIN_PORT", "0",
            "OTEL_SERVICE_NAME", "",
            "OTEL_TRACES_SAMPLER", "",
            "OTEL_PROPAGATORS", " ",
            "OTEL_METRICS_EXPORTER", "",
            "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "",
            "OTEL_EXPORTER_OTLP_PROTOCOL", "",
            "OTEL_EXPORTER_OTLP_COMPRESSION", "");
    try (var sample = sample(empty)) {
      awaitReady(sample);

      assertThat(OpenMetrics.scrape(adminPortOf(sample)).samples("target_info").get(0).labels())
          .containsEntry("service_name", "sample");
      assertThat(sample.errors()).isEmpty();
    }
  }

  @Test
  void is_alive_but_not_ready_while_it_starts() {
    try (var sample = sample(Map.of("ADMIN_PORT", "0", "SAMPLE_START", "never"))) {
      var port = adminPortOf(sample);
      sample.awaitOutput(SampleProcess.LAST_LINE);

      assertThat(statusOf(port, "/readyz")).isEqualTo(503);
      assertThat(statusOf(port, "/healthz")).isEqualTo(200);
    }
  }

  @Test
  void is_not_ready_but_serves_metrics_while_it_drains() throws IOException {
    try (var sample = sample(Map.of("ADMIN_PORT", "0", "DRAIN_MS", "60000"))) {
      awaitReady(sample);
      var port = adminPortOf(sample);
      sample.terminate();
      Eventually.soon("not ready", () -> statusOf(port, "/readyz") == 503);

      assertThat(OpenMetrics.scrape(port).samples()).isNotEmpty();
    }
  }

  @Test
  void exits_and_logs_one_line_if_the_start_fails_unexpectedly() {
    try (var sample = sample(Map.of("SAMPLE_START", "with-a-bug", "LOG_LEVEL", "error"))) {
      assertThat(sample.awaitEnd()).isEqualTo(1);
      assertThat(sample.output())
          .singleElement()
          .asString()
          .contains("ERROR", "where=sample start", "half started", "Unexpected failure");
      assertThat(sample.errors()).isEmpty();
    }
  }

  @Test
  void responds_until_sigterm_and_then_exits() {
    try (var sample = sample(Map.of("ADMIN_PORT", "0", "DRAIN_MS", "0"))) {
      awaitReady(sample);
      assertThat(callOnce(portOf(sample))).isEqualTo("hello");

      sample.terminate();

      assertThat(sample.awaitEnd()).as("128 + SIGTERM").isEqualTo(143);
      assertThat(sample.output().subList(sample.output().size() - 2, sample.output().size()))
          .satisfiesExactly(
              line -> assertThat(line).endsWith("process=sample Stopping"),
              line -> assertThat(line).endsWith("process=sample Stopped"));
      assertThat(sample.errors()).isEmpty();
    }
  }

  @Test
  void continues_to_respond_for_the_drain_time_after_sigterm() {
    try (var sample = sample(Map.of("ADMIN_PORT", "0", "DRAIN_MS", "60000"))) {
      awaitReady(sample);
      var port = portOf(sample);
      sample.terminate();
      sample.awaitOutput("Stopping");

      assertThat(callOnce(port)).isEqualTo("hello");
    }
  }

  @Test
  void can_be_stopped_while_it_starts() {
    try (var sample = sample(Map.of("SAMPLE_START", "never"))) {
      sample.awaitOutput("an info line");
      sample.terminate();

      assertThat(sample.awaitEnd()).isEqualTo(143);
      assertThat(sample.output()).noneSatisfy(line -> assertThat(line).contains("Stop"));
    }
  }

  @Test
  void logs_one_line_per_event_on_stdout() {
    try (var sample = sample(Map.of("DRAIN_MS", "0"))) {
      sample.awaitOutput("java.util.logging$");
      sample.terminate();
      sample.awaitEnd();

      assertThat(sample.output())
          .allSatisfy(line -> assertThat(line).matches(TIME + "[A-Z]+ \\S+ - .*"))
          .anySatisfy(line -> assertThat(line).endsWith("INFO SampleProcess - an info line"))
          .anySatisfy(line -> assertThat(line).endsWith(SampleProcess.LAST_LINE))
          .noneSatisfy(line -> assertThat(line).contains("debug"));
    }
  }

  @Test
  void logs_an_uncaught_exception_on_one_line() {
    try (var sample = sample(Map.of("SAMPLE_START", "with-a-bug-in-a-thread"))) {
      sample.awaitOutput(
          "ERROR ServiceProcess - error_id=\\S+ where=thread sample thread"
              + " fault=java.lang.IllegalStateException: first line second line at .*");
      assertThat(sample.errors()).isEmpty();
    }
  }

  @Test
  void logs_nothing_at_level_off() {
    try (var sample = sample(Map.of("LOG_LEVEL", "off", "SAMPLE_START", "with-a-bug"))) {
      assertThat(sample.awaitEnd()).isEqualTo(1);
      assertThat(sample.output()).isEmpty();
      assertThat(sample.errors()).isEmpty();
    }
  }

  @Test
  void logs_from_its_level_up() {
    try (var sample = sample(Map.of("LOG_LEVEL", "Debug"))) {
      sample.awaitOutput("DEBUG SampleProcess - a debug line");
    }
  }

  @Test
  void logs_nothing_below_its_level() {
    try (var sample = sample(Map.of("LOG_LEVEL", "warn", "SAMPLE_START", "with-a-bug"))) {
      sample.awaitEnd();

      assertThat(sample.output())
          .anySatisfy(line -> assertThat(line).contains("a warn line"))
          .noneSatisfy(line -> assertThat(line).containsAnyOf("INFO", "DEBUG"));
    }
  }

  private static JavaProcess sample(Map<String, String> variables, String... arguments) {
    var all = new java.util.HashMap<>(Map.of("SAMPLE_PORT", "0"));
    all.putAll(variables);
    return JavaProcess.start(
        SampleProcess.class, all, List.of("-XX:TieredStopAtLevel=1"), arguments);
  }

  /** Waits until the last line of the start, and returns the port. */
  private static int portOf(JavaProcess sample) {
    sample.awaitOutput(SampleProcess.LAST_LINE);
    return Integer.parseInt(sample.awaitOutput("port=(\\d+) Serving gRPC$").group(1));
  }

  /** Waits until the start is complete: a process that is stopped before it does not drain. */
  private static void awaitReady(JavaProcess sample) {
    var port = adminPortOf(sample);
    sample.awaitOutput(SampleProcess.LAST_LINE);
    Eventually.soon("ready", () -> statusOf(port, "/readyz") == 200);
  }

  private static int adminPortOf(JavaProcess sample) {
    return Integer.parseInt(sample.awaitOutput("port=(\\d+) Listening for /metrics").group(1));
  }

  private static int statusOf(int port, String path) {
    try {
      var url = URI.create("http://127.0.0.1:" + port + path).toURL();
      return ((HttpURLConnection) url.openConnection(Proxy.NO_PROXY)).getResponseCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String callOnce(int port) {
    var channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
            .build();
    try {
      return OneRpc.call(channel, "hello");
    } finally {
      channel.shutdownNow();
    }
  }
}
