package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.OtlpReceiver.Received;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The spans of calls to a service with two addresses, of which one loses a connection, and of calls
 * to a service that hangs.
 */
@Tag("replicas")
@Needs({Tool.LOOPBACK_NETWORK, Tool.SIGNALS})
class ReplicaTracesTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  /** Longer than the export of a span takes. */
  private static final Duration EXPORT = Duration.ofSeconds(5);

  private static final String BOOK = "/books/1";
  private static final String CALL = "bookmarket.catalogue.v1.CatalogueService/GetBook";

  private static final OtlpReceiver receiver = OtlpReceiver.start();
  private static final int port = Ports.free();

  private static final TcpProxy proxy = TcpProxy.start("127.0.0.2", "127.0.0.3", port);

  private static ProcessUnderTest recommendations;
  private static ProcessUnderTest marketplace;

  @BeforeAll
  static void start(@TempDir Path folder) {
    var hosts = HostsFile.in(folder, "127.0.0.2", "127.0.0.3");
    var telemetry =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint(), "OTEL_BSP_SCHEDULE_DELAY", "200");
    recommendations = ProcessUnderTest.recommendations("127.0.0.3", port, telemetry);
    var variables = new HashMap<>(telemetry);
    variables.put("MARKETPLACE_PORT", "0");
    variables.put("RECOMMENDATIONS_HOST", HostsFile.NAME);
    variables.put("RECOMMENDATIONS_PORT", String.valueOf(port));
    marketplace = ProcessUnderTest.launch("marketplace", variables, hosts.jvmOption());
    marketplace.port();
  }

  @AfterAll
  static void stop() {
    marketplace.close();
    recommendations.close();
    proxy.close();
    receiver.close();
  }

  @Test
  void a_retry_is_a_second_attempt_at_the_other_replica() {
    var visitor = Visitor.of(marketplace.port());
    var outcome = "OK after UNAVAILABLE at 127.0.0.2:%s, OK at 127.0.0.3:%s".formatted(port, port);
    Polling.within(
        TIMEOUT,
        () -> {
          proxy.loseNextCall();
          while (!proxy.hasLostCall()) {
            visitor.get(BOOK);
          }
          Polling.within(EXPORT, () -> assertThat(outcomes()).anyMatch(o -> o.matches(outcome)));
        });

    var retried = firstCall(outcome);
    // The processes export independently of each other.
    Polling.within(
        EXPORT,
        () -> {
          var spans = receiver.spans();
          assertThat(childrenOf(attemptsOf(retried, spans).get(1), spans))
              .extracting(Received::service)
              .containsExactly("recommendations");
        });
    receiver.spans().forEach(SemanticConventions::check);
  }

  @Test
  void a_call_to_a_replica_that_hangs_ends_with_deadline_exceeded() {
    var outcome = "DEADLINE_EXCEEDED after DEADLINE_EXCEEDED at 127.0.0.[23]:" + port;
    var visitor = Visitor.of(marketplace.port());
    // A call has no attempt if all connections are closed at that time.
    Polling.within(
        TIMEOUT,
        () -> {
          recommendations.suspend();
          try {
            assertThat(visitor.get(BOOK).status()).isEqualTo(503);
          } finally {
            recommendations.resume();
          }
          Polling.within(EXPORT, () -> assertThat(outcomes()).anyMatch(o -> o.matches(outcome)));
        });
    var late = firstCall(outcome);
    assertThat(receiver.spans())
        .filteredOn(page -> page.id().equals(late.parent()))
        .extracting(page -> page.attribute("http.response.status_code"))
        .containsExactly("503");
    receiver.spans().forEach(SemanticConventions::check);
  }

  /** Returns the {@link #outcome}s of all calls. */
  private static Set<String> outcomes() {
    var spans = receiver.spans();
    return calls(spans).stream().map(call -> outcome(call, spans)).collect(Collectors.toSet());
  }

  /** Returns the span of the first call whose {@link #outcome} matches. */
  private static Received firstCall(String outcome) {
    var spans = receiver.spans();
    return calls(spans).stream()
        .filter(call -> outcome(call, spans).matches(outcome))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the status of a call, and those of its attempts with their replicas. */
  private static String outcome(Received call, List<Received> spans) {
    return attemptsOf(call, spans).stream()
        .map(attempt -> status(attempt) + " at " + peer(attempt))
        .collect(Collectors.joining(", ", status(call) + " after ", ""));
  }

  /** Returns the spans of calls: those whose parent is the span of the page. */
  private static List<Received> calls(List<Received> spans) {
    var pages =
        spans.stream()
            .filter(span -> span.span().getName().equals("GET /books/{id}"))
            .map(Received::id)
            .collect(Collectors.toSet());
    return spans.stream()
        .filter(span -> span.span().getName().equals(CALL) && pages.contains(span.parent()))
        .toList();
  }

  /** Returns the attempts of a call, the first one first. */
  private static List<Received> attemptsOf(Received call, List<Received> spans) {
    return childrenOf(call, spans).stream()
        .sorted(Comparator.comparing(attempt -> attempt.attribute("bookmarket.rpc.attempt")))
        .toList();
  }

  private static List<Received> childrenOf(Received parent, List<Received> spans) {
    return spans.stream().filter(span -> span.parent().equals(parent.id())).toList();
  }

  private static String status(Received span) {
    return span.attribute("rpc.response.status_code");
  }

  private static String peer(Received attempt) {
    return attempt.attribute("network.peer.address") + ":" + attempt.attribute("network.peer.port");
  }
}
