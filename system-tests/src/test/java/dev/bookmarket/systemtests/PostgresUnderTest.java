package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import dev.bookmarket.orders.DatabaseConfig.PostgresUrl;
import dev.bookmarket.runtime.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A PostgreSQL server in a container, always under the same port: paused, killed and started again
 * by the test, on the same data. As durable as it is by default, which Testcontainers' own is not.
 */
final class PostgresUnderTest implements AutoCloseable {
  private static final int INSIDE = 5432;

  private final int port = Ports.free();
  private final PostgreSQLContainer container;

  private PostgresUnderTest() {
    speakTheEnginesVersion();
    container =
        new PostgreSQLContainer("postgres:17")
            .withCommand("postgres")
            .withUsername("shop")
            .withPassword("geheim")
            .withDatabaseName("orders")
            .waitingFor(new Connection())
            .withCreateContainerCmdModifier(
                create ->
                    create
                        .getHostConfig()
                        .withPortBindings(
                            new PortBinding(Binding.bindPort(port), new ExposedPort(INSIDE))));
    container.start();
  }

  /** Starts one; returns when it takes connections. */
  static PostgresUnderTest start() {
    return new PostgresUnderTest();
  }

  int port() {
    return port;
  }

  PostgresUrl config() {
    return new PostgresUrl(url(), "shop", "geheim");
  }

  /** The same as environment variables. */
  Map<String, String> variables() {
    return Map.of("DATABASE_URL", url(), "DATABASE_USER", "shop", "DATABASE_PASSWORD", "geheim");
  }

  /** Stops it from running without ending it: hung, its sockets open. */
  void pause() {
    engine().pauseContainerCmd(container.getContainerId()).exec();
  }

  /** Ends {@link #pause}. */
  void unpause() {
    engine().unpauseContainerCmd(container.getContainerId()).exec();
  }

  /** Ends every process of it at once, as {@code kill -9} does. */
  void kill() {
    engine().killContainerCmd(container.getContainerId()).withSignal("KILL").exec();
  }

  /** Starts it again after {@link #kill}; does not wait until it takes connections. */
  void startAgain() {
    engine().startContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void close() {
    container.stop();
  }

  /** Ready is who can be connected to; what a server logs differs from image to image. */
  private final class Connection extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {
      Polling.within(
          startupTimeout,
          () -> {
            try (var connection = DriverManager.getConnection(url(), "shop", "geheim")) {
              assertThat(connection.isValid(5)).isTrue();
            } catch (SQLException e) {
              throw new AssertionError(e);
            }
          });
    }
  }

  private String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/orders";
  }

  private static DockerClient engine() {
    return DockerClientFactory.instance().client();
  }

  /** Testcontainers asks for one fixed version of the API, which not every engine speaks. */
  private static void speakTheEnginesVersion() {
    try {
      var asking =
          ChildProcess.builder("docker", "version", "--format", "{{.Server.APIVersion}}").start();
      var version =
          new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      System.setProperty("api.version", version);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
