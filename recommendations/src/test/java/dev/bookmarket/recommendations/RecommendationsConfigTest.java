package dev.bookmarket.recommendations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.StartupException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecommendationsConfigTest {
  @Test
  void has_default_values() {
    var config = config(Map.of());
    assertThat(config.server().listen().port()).isEqualTo(50051);
    assertThat(config.server().listen().address().isLoopbackAddress()).isTrue();
    assertThat(config.server().drain()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.server().maxConnectionAge()).isEqualTo(Duration.ofSeconds(20));
    assertThat(config.catalogueFile()).isEmpty();
  }

  @Test
  void reads_every_variable() throws Exception {
    var config =
        config(
            Map.of(
                "RECOMMENDATIONS_PORT", "1234",
                "BIND_ADDRESS", "0.0.0.0",
                "DRAIN_MS", "7",
                "MAX_CONNECTION_AGE_MS", "8",
                "CATALOGUE_FILE", "/books.csv"));
    assertThat(config.server().listen().port()).isEqualTo(1234);
    assertThat(config.server().listen().address()).isEqualTo(InetAddress.getByName("0.0.0.0"));
    assertThat(config.server().drain()).isEqualTo(Duration.ofMillis(7));
    assertThat(config.server().maxConnectionAge()).isEqualTo(Duration.ofMillis(8));
    assertThat(config.catalogueFile()).contains(Path.of("/books.csv"));
  }

  @ParameterizedTest
  @CsvSource({
    "RECOMMENDATIONS_PORT, 65536",
    "RECOMMENDATIONS_PORT, tcp://10.0.0.1:50051",
    "DRAIN_MS, soon",
    "MAX_CONNECTION_AGE_MS, -1"
  })
  void names_the_variable_of_an_invalid_value(String name, String value) {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> config(Map.of(name, value)))
        .withMessageStartingWith(name + " must be ")
        .withMessageEndingWith("but is \"" + value + "\"");
  }

  private static RecommendationsConfig config(Map<String, String> variables) {
    return RecommendationsConfig.from(Environment.of(variables));
  }
}
