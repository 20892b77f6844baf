package dev.bookmarket.systemtests.containers;

import static dev.bookmarket.systemtests.HomePage.assertComplete;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.certificates.DemoCertificatesMain;
import dev.bookmarket.systemtests.Buyer;
import dev.bookmarket.systemtests.Polling;
import dev.bookmarket.systemtests.Visitor;
import dev.bookmarket.systemtests.k8s.Output;
import dev.bookmarket.systemtests.k8s.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The shop on one machine with TLS, started with the command in {@code docker-compose.tls.yml}. */
@TestsImages
class ComposeTlsTest {
  private static Compose compose;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    writeCertificates();
    compose = new Compose("docker-compose.yml", "docker-compose.tls.yml");
    compose.run("up", "--build", "--detach");
    for (var workload : Workload.all()) {
      Polling.within(
          Duration.ofMinutes(2),
          () ->
              assertThat(Compose.inspect(container(workload.name()), "{{.State.Health.Status}}"))
                  .as(workload.name())
                  .isEqualTo("healthy"));
    }
  }

  @AfterAll
  static void stop() {
    compose.close();
  }

  @Test
  void serves_the_home_page_and_places_orders() {
    Polling.within(
        Duration.ofMinutes(5), () -> assertComplete(Visitor.of(compose.port()).open("/")));
    new Buyer(compose.port()).buy(3);
  }

  @ParameterizedTest
  @CsvSource({"recommendations, 50051", "orders, 12006", "greeter, 50052"})
  void rejects_a_call_without_tls(String service, String port) {
    var check =
        Output.of(List.of("docker", "exec", container(service), "/app/healthy", "grpc", port));
    assertThat(check.exitCode()).as(check.text()).isEqualTo(1);
    Polling.within(
        Duration.ofSeconds(60),
        () -> assertThat(log(service)).contains("Connection failed: it does not use TLS"));
  }

  @ParameterizedTest
  @MethodSource("dev.bookmarket.systemtests.containers.ShopInContainers#services")
  void uses_openssl(String service) {
    // Without it, the JDK's TLS works too, but needs more CPU time.
    var libraries =
        Output.of(List.of("docker", "exec", container(service), "cat", "/proc/1/maps")).orFail();
    assertThat(libraries).contains("_netty_tcnative_");
  }

  @Test
  void encrypts_every_connection_to_the_database() {
    var sql =
        "select count(*), count(*) filter (where ssl) from pg_stat_ssl"
            + " join pg_stat_activity using (pid) where client_addr is not null";
    var connections =
        compose.run(
            "exec",
            "-T",
            "postgres",
            "psql",
            "--username=bookmarket",
            "--dbname=orders",
            "-Atc",
            sql);
    assertThat(connections.strip()).matches("([1-9]\\d*)\\|\\1");
  }

  @Test
  void every_process_has_its_own_key_and_every_service_loads_renewed_ones() throws IOException {
    for (var workload : Workload.all()) {
      assertThat(key(workload.name())).isEqualTo(keyOnHost(workload.name()));
    }
    var before = keyOnHost("orders");
    var services = ShopInContainers.services();
    var loaded = services.stream().mapToLong(ComposeTlsTest::timesLoaded).toArray();

    writeCertificates();

    assertThat(key("orders")).isEqualTo(keyOnHost("orders")).isNotEqualTo(before);
    for (int i = 0; i < loaded.length; i++) {
      var service = services.get(i);
      var previously = loaded[i];
      Polling.within(
          Duration.ofSeconds(30),
          () -> assertThat(timesLoaded(service)).as(service).isGreaterThan(previously));
    }
    assertComplete(Visitor.of(compose.port()).open("/"));
  }

  @Test
  void no_private_key_is_in_the_context_of_an_image() throws IOException {
    assertThat(keyOnHost("orders")).contains("PRIVATE KEY");
    var recipe =
        Files.writeString(
            folder.resolve("Dockerfile"),
            """
            FROM eclipse-temurin:25-jre
            COPY . /context
            RUN test -f /context/pom.xml && ! grep -rl "PRIVATE KEY-----" /context --include=*.key --include=*.crt
            """);
    Output.of(List.of("docker", "build", "--quiet", "--file=" + recipe, Images.CHECKOUT.toString()))
        .orFail();
  }

  private static void writeCertificates() throws IOException {
    DemoCertificatesMain.run(Images.CHECKOUT, Instant.now());
  }

  private static String container(String service) {
    return compose.containers(service).get(0);
  }

  private static String log(String service) {
    return compose.run("logs", "--no-color", service);
  }

  private static long timesLoaded(String service) {
    return log(service).lines().filter(line -> line.contains("Certificates loaded")).count();
  }

  private static String key(String service) {
    return compose.run("exec", "-T", service, "cat", "/tls/tls.key");
  }

  private static String keyOnHost(String service) throws IOException {
    return Files.readString(
        Images.CHECKOUT.resolve("certificates").resolve(service).resolve("tls.key"));
  }
}
