package dev.bookmarket.greeter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.StartupException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GreeterConfigTest {
  @Test
  void has_a_default_for_everything() {
    var server = config(Map.of()).server();

    assertThat(server.listen().port()).isEqualTo(50052);
    assertThat(server.listen().address().isLoopbackAddress()).isTrue();
    assertThat(server.drain()).isEqualTo(Duration.ofSeconds(5));
    assertThat(server.maxConnectionAge()).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void reads_every_variable() throws Exception {
    var server =
        config(
                Map.of(
                    "GREETER_PORT", "1234",
                    "BIND_ADDRESS", "0.0.0.0",
                    "DRAIN_MS", "7",
                    "MAX_CONNECTION_AGE_MS", "8"))
            .server();

    assertThat(server.listen().port()).isEqualTo(1234);
    assertThat(server.listen().address()).isEqualTo(InetAddress.getByName("0.0.0.0"));
    assertThat(server.drain()).isEqualTo(Duration.ofMillis(7));
    assertThat(server.maxConnectionAge()).isEqualTo(Duration.ofMillis(8));
  }

  @ParameterizedTest
  @CsvSource({"GREETER_PORT, 65536", "GREETER_PORT, tcp://10.0.0.1:50052"})
  void names_the_variable_of_an_invalid_value(String name, String value) {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> config(Map.of(name, value)))
        .withMessageStartingWith(name + " must be ")
        .withMessageEndingWith("but is \"" + value + "\"");
  }

  private static GreeterConfig config(Map<String, String> variables) {
    return GreeterConfig.from(Environment.of(variables));
  }
}
