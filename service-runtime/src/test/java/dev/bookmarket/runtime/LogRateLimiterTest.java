package dev.bookmarket.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogRateLimiterTest {
  private static final Duration NEVER = Duration.ofHours(1);

  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> passed = new ListAppender<>();

  @Test
  void logs_the_first_ten_warnings_of_a_kind_and_counts_the_others() {
    var control = controlWith(NEVER);
    var log = logger("dev.bookmarket.Ours");
    for (int i = 0; i < 1_000; i++) {
      log.warn("number {}", i);
    }
    log.warn("another");
    assertThat(lines()).hasSize(11);

    control.stop();

    assertThat(lines())
        .hasSize(12)
        .last()
        .asString()
        .matches(".* WARN LogRateLimiter - repeated=990 seconds=\\d+ kind=Ours: number .*");
  }

  @Test
  void logs_all_events_below_warn() {
    var control = controlWith(NEVER);
    for (int i = 0; i < 100; i++) {
      logger("dev.bookmarket.Ours").info("the same");
    }
    control.stop();

    assertThat(lines()).hasSize(100);
  }

  @Test
  void logs_the_first_warning_of_a_library_regardless_of_its_text() {
    var control = controlWith(NEVER);
    clientTexts().forEach(logger("org.example.Parser")::warn);
    assertThat(lines()).singleElement().asString().contains("Event of a library");

    control.stop();

    assertThat(lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).doesNotContain("client text"))
        .last()
        .asString()
        .contains("repeated=999 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler",
        "io.grpc.netty.shaded.io.netty.channel.DefaultChannelPipeline",
        "org.eclipse.jetty.server.internal.HttpConnection"
      })
  void counts_errors_that_clients_cause_and_logs_none(String protocol) {
    var control = controlWith(NEVER);
    clientTexts().forEach(logger(protocol)::warn);
    assertThat(lines()).isEmpty();

    control.stop();

    assertThat(lines())
        .singleElement()
        .asString()
        .matches(
            ".* INFO LogRateLimiter - repeated=1000 seconds=\\d+ kind=.* Faults caused by peers");
  }

  @Test
  void logs_an_exception_of_our_code_that_a_protocol_library_logs() {
    var control = controlWith(NEVER);
    List.of(new IllegalStateException("ours"))
        .forEach(fault -> logger("org.eclipse.jetty.ee10.servlet.ServletChannel").warn("/", fault));

    assertThat(lines()).singleElement().asString().contains("IllegalStateException");
    control.stop();
  }

  @Test
  void logs_an_error_of_a_new_kind_while_clients_cause_too_many_kinds() {
    var control = controlWith(NEVER);
    for (int i = 0; i < 1_000; i++) {
      logger("dev.bookmarket.Peer" + i).atInfo().addMarker(ErrorLog.PEER_FAULT).log("kind");
    }
    logger("dev.bookmarket.Ours").error("new");

    assertThat(lines()).singleElement().asString().endsWith("ERROR Ours - new");
    control.stop();
  }

  @Test
  void logs_a_count_at_the_end_of_the_window_and_then_the_next_event() {
    var control = controlWith(Duration.ofMillis(100));
    var log = logger("dev.bookmarket.Ours");
    Eventually.soon(
        "a count",
        () -> {
          log.warn("the same");
          return lines().stream().anyMatch(line -> line.contains("repeated="));
        });

    // Several times, because a busy machine can log the count when the next window is full.
    Eventually.soon(
        "an event after a count",
        () -> {
          log.warn("the same");
          return lines().stream()
              .dropWhile(line -> !line.contains("repeated="))
              .anyMatch(line -> line.endsWith(" WARN Ours - the same"));
        });
    control.stop();
  }

  @Test
  void counts_a_limited_number_of_kinds() {
    var control = controlWith(NEVER);
    for (int i = 0; i < 100_000; i++) {
      logger("dev.bookmarket.Ours" + i % 1_000).warn("kind " + i);
    }

    assertThat(lines()).hasSizeLessThan(300);
    control.stop();
  }

  @Test
  void gives_a_counted_exception_the_id_of_a_logged_one() {
    var control = controlWith(NEVER);
    var log = logger("dev.bookmarket.Ours");
    var ids = Stream.generate(() -> incident(log)).limit(100).toList();

    assertThat(ids).allSatisfy(id -> assertThat(lines()).anyMatch(line -> line.contains(id)));
    assertThat(ids.subList(0, 10)).doesNotHaveDuplicates();
    assertThat(lines()).hasSize(10);
    control.stop();
  }

  @Test
  void logs_an_exception_of_another_place() {
    var control = controlWith(NEVER);
    var log = logger("dev.bookmarket.Ours");
    for (int i = 0; i < 100; i++) {
      incident(log);
    }
    var other = ErrorLog.log(log, "elsewhere", new IllegalStateException("text"));

    assertThat(lines()).last().asString().contains(other);
    control.stop();
  }

  /** A method that the JDK calls: an event that our code logs would count as ours. */
  private static List<String> clientTexts() {
    return IntStream.range(0, 1_000).mapToObj(i -> "client text " + i).toList();
  }

  private static String incident(Logger log) {
    return ErrorLog.log(log, "here", new IllegalStateException("text"));
  }

  private LogRateLimiter controlWith(Duration window) {
    passed.setContext(context);
    passed.start();
    var control = new LogRateLimiter(passed, window);
    control.setContext(context);
    control.start();
    var root = logger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(control);
    return control;
  }

  private Logger logger(String name) {
    return context.getLogger(name);
  }

  private List<String> lines() {
    var encoder = new LogLine();
    return List.copyOf(passed.list).stream()
        .map(event -> new String(encoder.encode(event), StandardCharsets.UTF_8).strip())
        .toList();
  }
}
