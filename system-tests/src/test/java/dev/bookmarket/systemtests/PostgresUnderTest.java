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
import java.time.Duration;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A PostgreSQL server in a container, which tests can pause, kill and restart; port and data stay
 * the same. Commits are durable, unlike with the default command of Testcontainers.
 */
final class PostgresUnderTest implements AutoCloseable {
  private static final int CONTAINER_PORT = 5432;

  /** The maximum time until the server accepts connections, on a busy machine. */
  private static final Duration START = Duration.ofMinutes(5);

  private final int port = Ports.free();
  private final PostgreSQLContainer container;

  private PostgresUnderTest() {
    useApiVersionOfEngine();
    container =
        new PostgreSQLContainer("postgres:17")
            .withCommand("postgres")
            .withUsername("shop")
            .withPassword("geheim")
            .withDatabaseName("orders")
            .waitingFor(new ConnectionWaitStrategy().withStartupTimeout(START))
            .withCreateContainerCmdModifier(
                create ->
                    create
                        .getHostConfig()
                        .withPortBindings(
                            new PortBinding(
                                Binding.bindPort(port), new ExposedPort(CONTAINER_PORT))));
    container.start();
  }

  /** Starts a server; returns when it accepts connections. */
  static PostgresUnderTest start() {
    return new PostgresUnderTest();
  }

  int port() {
    return port;
  }

  PostgresUrl config() {
    return new PostgresUrl(url(), "shop", "geheim");
  }

  /** Returns the environment variables that configure the orders service for this server. */
  Map<String, String> variables() {
    return Map.of("DATABASE_URL", url(), "DATABASE_USER", "shop", "DATABASE_PASSWORD", "geheim");
  }

  /** Suspends the server; its sockets stay open. */
  void pause() {
    engine().pauseContainerCmd(container.getContainerId()).exec();
  }

  /** Resumes the server after {@link #pause}. */
  void unpause() {
    engine().unpauseContainerCmd(container.getContainerId()).exec();
  }

  /** Kills all processes of the server, like {@code kill -9}. */
  void kill() {
    engine().killContainerCmd(container.getContainerId()).withSignal("KILL").exec();
  }

  /** Starts the server after {@link #kill}; does not wait until it accepts connections. */
  void restart() {
    engine().startContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void close() {
    container.stop();
  }

  /** Waits for a connection, since the log messages of the server differ between images. */
  private final class ConnectionWaitStrategy extends AbstractWaitStrategy {
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

  /** Sets the API version, since Testcontainers uses one that some engines do not support. */
  private static void useApiVersionOfEngine() {
    try {
      var process =
          ChildProcess.builder("docker", "version", "--format", "{{.Server.APIVersion}}").start();
      var version =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      System.setProperty("api.version", version);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
