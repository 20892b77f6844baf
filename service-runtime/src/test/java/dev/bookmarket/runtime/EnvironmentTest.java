package dev.bookmarket.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
  @Test
  void uses_the_default_if_a_variable_is_unset() {
    var unset = Environment.of(Map.of());

    assertThat(unset.port("X_PORT", 50_051, "")).isEqualTo(50_051);
    assertThat(unset.text("X_HOST", "localhost", "")).isEqualTo("localhost");
    assertThat(unset.millis("X_MS", 250, "")).isEqualTo(Duration.ofMillis(250));
    assertThat(unset.path("X_FILE", "")).isEmpty();
    assertThat(unset.oneOf("X", "info", List.of("info", "warn"), "")).isEqualTo("info");
    assertThat(unset.listen("X_PORT", 80, "").address().getHostAddress()).isEqualTo("127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void uses_the_default_if_a_variable_is_empty_or_blank(String nothing) {
    var environment =
        Environment.of(Map.of("X_PORT", nothing, "X_FILE", nothing, "BIND_ADDRESS", nothing));

    assertThat(environment.port("X_PORT", 50_051, "")).isEqualTo(50_051);
    assertThat(environment.path("X_FILE", "")).isEmpty();
    assertThat(environment.listen("X_PORT", 80, "").address().getHostAddress())
        .isEqualTo("127.0.0.1");
  }

  @Test
  void removes_spaces_around_a_value() {
    var environment =
        Environment.of(
            Map.of(
                "X_PORT", " 65535 ", "X_FILE", "/tmp/x", "X_LEVEL", "WARN", "BIND_ADDRESS", "::"));

    assertThat(environment.port("X_PORT", 1, "")).isEqualTo(65_535);
    assertThat(environment.path("X_FILE", "")).contains(Path.of("/tmp/x"));
    assertThat(environment.oneOf("X_LEVEL", "info", List.of("info", "warn"), "")).isEqualTo("warn");
    assertThat(environment.listen("X_PORT", 1, "").address().isAnyLocalAddress()).isTrue();
  }

  @Test
  void a_path_can_have_a_default() {
    var byDefault = Environment.of(Map.of("Y", "")).withDefaults(Map.of("X", "/x", "Y", "/y"));

    assertThat(byDefault.path("X", "")).contains(Path.of("/x"));
    assertThat(byDefault.path("Y", "")).contains(Path.of("/y"));
    assertThat(byDefault.help()).contains("/x");
    assertThat(Environment.of(Map.of("X", "/z")).withDefaults(Map.of("X", "/x")).path("X", ""))
        .contains(Path.of("/z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"pa ss ", " ", "\tgeheim", "ge\nheim", "\u00a0geheim\u3000", "\n ", "%20+&"})
  void a_secret_is_unchanged_except_for_the_last_line_ending(String secret) {
    for (var ending : List.of("", "\n", "\r\n")) {
      assertThat(Environment.of(Map.of("X", secret + ending)).verbatim("X", "")).isEqualTo(secret);
    }
  }

  @Test
  void a_secret_keeps_all_line_endings_but_the_last() {
    assertThat(Environment.of(Map.of("X", "geheim\n\n")).verbatim("X", "")).isEqualTo("geheim\n");
    assertThat(Environment.of(Map.of("X", "geheim\r")).verbatim("X", "")).isEqualTo("geheim\r");
  }

  @Test
  void an_unset_secret_is_empty_and_help_lists_its_name_only() {
    var environment = Environment.of(Map.of("X", "geheim"));
    var unused = environment.verbatim("X", "a password");

    assertThat(environment.help()).contains("X", "(unset)", "a password").doesNotContain("geheim");
    assertThat(Environment.of(Map.of()).verbatim("X", "")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "65536", "tcp://10.0.0.1:50051", "1.5", "9999999999", "0x50", "-", "５０"})
  void names_the_variable_of_an_invalid_port(String value) {
    assertThatThrownBy(() -> Environment.of(Map.of("X_PORT", value)).port("X_PORT", 1, ""))
        .isInstanceOf(StartupException.class)
        .hasMessage("X_PORT must be a whole number from 0 to 65535, but is \"%s\"", value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "3600001", "5s", "0.5"})
  void names_the_variable_of_an_invalid_duration(String value) {
    assertThatThrownBy(() -> Environment.of(Map.of("X_MS", value)).millis("X_MS", 1, ""))
        .isInstanceOf(StartupException.class)
        .hasMessage("X_MS must be a whole number from 0 to 3600000, but is \"%s\"", value);
  }

  @Test
  void rejects_an_unknown_word_and_lists_the_valid_ones() {
    var environment = Environment.of(Map.of("LOG_LEVEL", "chatty"));

    assertThatThrownBy(() -> environment.oneOf("LOG_LEVEL", "info", List.of("info", "warn"), ""))
        .isInstanceOf(StartupException.class)
        .hasMessage("LOG_LEVEL must be one of info, warn, but is \"chatty\"");
  }

  @Test
  void rejects_an_invalid_bind_address() {
    var environment = Environment.of(Map.of("BIND_ADDRESS", "no.such.host.invalid"));

    assertThatThrownBy(() -> environment.listen("X_PORT", 1, ""))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("BIND_ADDRESS must be an address of this machine")
        .hasMessageEndingWith("but is \"no.such.host.invalid\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "127.0.0.1:80",
        "[::1",
        "fe80::1%none",
        "224.0.0.1",
        "ff02::1",
        "1.2.3.4.5"
      })
  void rejects_a_bind_address_on_which_no_server_can_listen(String value) {
    assertThatThrownBy(() -> Environment.of(Map.of("BIND_ADDRESS", value)).listen("X_PORT", 1, ""))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("BIND_ADDRESS must be an address of this machine")
        .hasMessageEndingWith("but is \"%s\"", value);
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example, shop.example",
    "localhost., localhost.",
    "orders-1.shop, orders-1.shop",
    "192.0.2.1, 192.0.2.1",
    "'::1', [::1]",
    "[::1], [::1]",
    "fe80::1%eth0, [fe80::1%eth0]"
  })
  void returns_a_host_in_the_format_of_urls(String value, String host) {
    assertThat(Environment.of(Map.of("X_HOST", value)).host("X_HOST", "localhost", ""))
        .isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a/b",
        "a..b",
        ".a",
        "-a",
        "a_b",
        "u@h",
        "a?b",
        "a#b",
        "a%41",
        "bücher.example",
        "h:50051",
        "1.2.3.4:80",
        "[::1]:80",
        "[::1",
        "::1]",
        "[]",
        ":",
        "dns:///h",
        "http://h",
        "h,i"
      })
  void names_the_variable_of_a_host_that_grpc_cannot_resolve(String value) {
    assertThatThrownBy(() -> Environment.of(Map.of("X_HOST", value)).host("X_HOST", "h", ""))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "X_HOST must be a host name or an IP address, without a port, but is \"%s\"", value);
  }

  @Test
  void names_the_variable_of_a_path_that_the_system_cannot_represent() {
    assertThatThrownBy(() -> Environment.of(Map.of("X_FILE", "a\0b")).path("X_FILE", ""))
        .isInstanceOf(StartupException.class)
        .hasMessage("X_FILE must be a path (Nul character not allowed), but is \"a?b\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fa-IR", "ar-EG-u-nu-arab", "th-TH-u-nu-thai", "tr-TR"})
  void writes_numbers_the_same_under_every_default_locale(String locale) {
    var environment = Environment.of(Map.of("X_PORT", "-1", "LOG_LEVEL", "INFO"));
    try (var other = OtherLocale.of(locale)) {
      assertThat(other).isNotNull();
      assertThatThrownBy(() -> environment.port("X_PORT", 1, ""))
          .hasMessage("X_PORT must be a whole number from 0 to 65535, but is \"-1\"");
      assertThat(environment.oneOf("LOG_LEVEL", "warn", List.of("info"), "")).isEqualTo("info");
    }
  }

  @Test
  void listens_only_if_the_port_has_a_value() {
    var unset = Environment.of(Map.of("X_PORT", " "));
    var byDefault = unset.withDefaults(Map.of("X_PORT", "80"));
    var set = Environment.of(Map.of("X_PORT", "0"));

    assertThat(unset.listenIfSet("X_PORT", "")).isEmpty();
    assertThat(unset.help()).contains("(unset)");
    assertThat(byDefault.listenIfSet("X_PORT", "").orElseThrow().port()).isEqualTo(80);
    assertThat(byDefault.isSet("X_PORT")).isFalse();
    assertThat(set.listenIfSet("X_PORT", "").orElseThrow().port()).isZero();
    assertThat(set.isSet("X_PORT")).isTrue();
  }

  @Test
  void quotes_a_value_of_several_lines_on_one_line() {
    assertThatThrownBy(
            () ->
                Environment.of(Map.of("X_PORT", "1\n2\r\u001b[31m\u0085\u2028\u202e"))
                    .port("X_PORT", 1, ""))
        .hasMessageEndingWith("but is \"1?2??[31m???\"");
  }

  @Test
  void prefers_variables_to_replaced_defaults() {
    var environment =
        Environment.of(Map.of("A_PORT", "1", "B_PORT", " "))
            .withDefaults(Map.of("A_PORT", "2", "B_PORT", "2", "C_PORT", "2"));

    assertThat(environment.port("A_PORT", 3, "")).isEqualTo(1);
    assertThat(environment.port("B_PORT", 3, "")).isEqualTo(2);
    assertThat(environment.port("C_PORT", 3, "")).isEqualTo(2);
    assertThat(environment.port("D_PORT", 3, "")).isEqualTo(3);
  }

  @Test
  void help_lists_name_default_and_meaning_of_each_variable() {
    var environment = Environment.of(Map.of("X_PORT", "1"));
    var unused = environment.port("X_PORT", 50_051, "where it listens");
    var alsoUnused = environment.path("X_FILE", "what it reads");

    assertThat(environment.help().lines())
        .satisfiesExactly(
            port -> assertThat(port).matches(" *X_PORT +50051 +where it listens"),
            file -> assertThat(file).matches(" *X_FILE +\\(unset\\) +what it reads"));
  }

  @Test
  void help_lists_replaced_defaults() {
    var environment = Environment.of(Map.of()).withDefaults(Map.of("DRAIN_MS", "0"));
    var unused = environment.millis("DRAIN_MS", 5_000, "how long");

    assertThat(environment.help()).matches(" *DRAIN_MS +0 +how long");
  }

  @Test
  void uses_a_path_with_spaces_at_its_ends_unchanged() {
    var environment = Environment.of(Map.of("X", " a file.db "));

    assertThat(environment.path("X", "")).hasValue(Path.of(" a file.db "));
  }

  @Test
  void rejects_a_value_that_the_locale_cannot_decode_without_quoting_it() {
    var environment = Environment.of(Map.of("X", "geheim\ufffd"));

    var reads =
        List.<ThrowingCallable>of(
            () -> environment.verbatim("X", ""),
            () -> environment.text("X", "", ""),
            () -> environment.path("X", ""),
            () -> environment.host("X", "", ""),
            () -> Environment.pathOf("X", "geheim\ufffd"));

    assertThat(reads)
        .allSatisfy(
            read ->
                assertThatThrownBy(read)
                    .isInstanceOf(StartupException.class)
                    .hasMessageStartingWith("X has characters that the locale cannot decode")
                    .hasMessageNotContaining("geheim"));
  }

  @Test
  void accepts_variables_whose_names_the_locale_decodes_to_the_same_text() {
    var names = new IdentityHashMap<String, String>();
    names.put(new String("??"), "1");
    names.put(new String("??"), "2");
    assertThat(names).hasSize(2);

    assertThat(Environment.of(names).text("X", "default", "")).isEqualTo("default");
  }

  @Test
  void reads_a_list() {
    var environment = Environment.of(Map.of("X_NUMBERS", " 1,2 , 3,", "X_WRONG", "1,two"));

    assertThat(environment.list("X_NUMBERS", "", "numbers", Integer::valueOf))
        .containsExactly(1, 2, 3);
    assertThat(environment.list("X_UNSET", "", "numbers", Integer::valueOf)).isEmpty();
    assertThatThrownBy(() -> environment.list("X_WRONG", "", "numbers", Integer::valueOf))
        .isInstanceOf(StartupException.class)
        .hasMessage("X_WRONG must be numbers, but is \"1,two\"");
  }
}
