package dev.bookmarket.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.StartupException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GrpcServerConfigTest {
  @Test
  void has_defaults_for_address_drain_and_connection_age() {
    var config = GrpcServerConfig.from(Environment.of(Map.of()), "x-y", 50_051);

    assertThat(config.listen().socketAddress().toString()).endsWith("/127.0.0.1:50051");
    assertThat(config.listen().portVariable()).isEqualTo("X_Y_PORT");
    assertThat(config.drain()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.maxConnectionAge()).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void reads_each_setting_from_its_variable() {
    var environment =
        Environment.of(
            Map.of(
                "X_PORT", "0",
                "BIND_ADDRESS", "0.0.0.0",
                "DRAIN_MS", "0",
                "MAX_CONNECTION_AGE_MS", "60000"));

    var config = GrpcServerConfig.from(environment, "x", 50_051);

    assertThat(config.listen().socketAddress().toString()).endsWith("/0.0.0.0:0");
    assertThat(config.drain()).isZero();
    assertThat(config.maxConnectionAge()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void rejects_a_connection_age_of_0_which_grpc_does_not_accept() {
    var environment = Environment.of(Map.of("MAX_CONNECTION_AGE_MS", "0"));

    assertThatThrownBy(() -> GrpcServerConfig.from(environment, "x", 50_051))
        .isInstanceOf(StartupException.class)
        .hasMessage("MAX_CONNECTION_AGE_MS must be a whole number from 1 to 3600000, but is \"0\"");
  }
}
