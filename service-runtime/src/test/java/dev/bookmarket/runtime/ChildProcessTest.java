package dev.bookmarket.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChildProcessTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "JAVA_TOOL_OPTIONS",
        "JDK_JAVA_OPTIONS",
        "_JAVA_OPTIONS",
        "CLASSPATH",
        "MAVEN_OPTS",
        "MAVEN_ARGS",
        "LANGUAGE",
        "LANG",
        "LC_MESSAGES",
        "http_proxy",
        "ORDERS_PORT",
        "LOG_LEVEL"
      })
  void inherits_no_variable_that_can_change_its_behaviour(String variable) {
    var environment = new HashMap<>(Map.of(variable, "x", "LC_ALL", "de_DE.UTF-8"));

    ChildProcess.clean(environment);

    assertThat(environment).containsExactly(Map.entry("LC_ALL", "C.UTF-8"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATH", "HOME", "TMPDIR", "SystemRoot", "DOCKER_HOST", "MAVEN_USER_HOME"})
  void inherits_the_variables_that_it_needs(String variable) {
    var environment = new HashMap<>(Map.of(variable, "x"));

    ChildProcess.clean(environment);

    assertThat(environment).containsEntry(variable, "x");
  }

  @Test
  void the_output_of_a_jvm_does_not_depend_on_the_options_of_the_user() {
    try (var child =
        JavaProcess.start(SampleProcess.class, Map.of("SAMPLE_PORT", "x"), List.of())) {
      assertThat(child.awaitEnd()).isEqualTo(1);
      assertThat(child.errors()).singleElement().asString().startsWith("sample: SAMPLE_PORT ");
    }
  }
}
