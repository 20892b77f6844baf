package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.certificates.DemoCa;
import dev.bookmarket.certificates.DemoCertificate;
import dev.bookmarket.orders.OrderRequests;
import dev.bookmarket.orders.OrdersConfig;
import dev.bookmarket.orders.OrdersMain;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.runtime.Environment;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS between the orders service and PostgreSQL, as described in docs/operations.md. */
@Needs(Tool.DOCKER)
@Tag("containers")
@ResourceLock(value = ServersInThisJvm.LOCK, mode = ResourceAccessMode.READ)
class PostgresTlsTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant NOW = Instant.now();

  /** The host in the URLs of this test. */
  private static final String HOST = "127.0.0.1";

  private static final DemoCa CA =
      DemoCa.create(NOW.minus(DAY.multipliedBy(10)), DAY.multipliedBy(20));
  private static final DemoCa OTHER_CA = DemoCa.create(NOW.minus(DAY), DAY.multipliedBy(2));

  private static @Nullable PostgresUnderTest postgres;

  @TempDir private Path folder;

  @BeforeAll
  static void startPostgres() throws SQLException {
    postgres = PostgresUnderTest.start();
    execute(
        "CREATE ROLE certified SUPERUSER LOGIN", // without a password
        write("ca.crt", CA.pem()),
        write("pg_hba.conf", "hostssl all certified all cert\nhost all all all scram-sha-256"),
        "ALTER SYSTEM SET ssl_ca_file = 'ca.crt'");
  }

  @AfterAll
  static void stopPostgres() {
    if (postgres != null) {
      postgres.close();
    }
  }

  @Test
  void stores_orders_over_tls() throws Exception {
    serve(valid(HOST));

    try (var service =
        OrdersMain.start(OrdersConfig.from(Environment.of(variables(verifyFull()))))) {
      placeOrder(service.port());

      assertThat(
              query(
                  "SELECT DISTINCT ssl || ' ' || version FROM pg_stat_ssl JOIN pg_stat_activity"
                      + " USING (pid) WHERE application_name = 'bookmarket-orders'"))
          .isEqualTo("true TLSv1.3");
    }
  }

  @Test
  void rejects_a_certificate_of_another_ca() throws Exception {
    serve(OTHER_CA.issue("", List.of(HOST), NOW.minus(DAY), DAY.multipliedBy(2)));

    assertNotReady(verifyFull(), "its certificate is not signed by a CA in sslrootcert");
  }

  @Test
  void rejects_a_certificate_for_another_host() throws Exception {
    serve(valid("postgres.example"));

    assertNotReady(verifyFull(), "its certificate does not contain the host name in DATABASE_URL");
  }

  @Test
  void rejects_a_certificate_that_has_expired() throws Exception {
    serve(CA.issue("", List.of(HOST), NOW.minus(DAY.multipliedBy(2)), DAY));

    assertNotReady(verifyFull(), "its certificate has expired");
  }

  @Test
  void rejects_a_certificate_that_is_not_valid_yet() throws Exception {
    serve(CA.issue("", List.of(HOST), NOW.plus(DAY), DAY));

    assertNotReady(verifyFull(), "its certificate is not valid yet");
  }

  @Test
  void rejects_a_server_without_tls() throws Exception {
    execute("ALTER SYSTEM SET ssl = off");

    // The rest is the driver's text, in the language of the system.
    assertNotReady(verifyFull(), "it cannot be reached: .*SSL.*SQLSTATE 08004");
  }

  @ParameterizedTest
  @CsvSource({
    "missing, 'missing \\(No such file or directory\\)'",
    "., '. \\(Is a directory\\)'",
    "empty, empty",
    "text, 'text.*: No certificate data found'"
  })
  void names_a_root_certificate_that_cannot_be_read(String file, String expected) throws Exception {
    serve(valid(HOST));
    Files.createFile(folder.resolve("empty"));
    Files.writeString(folder.resolve("text"), "not a certificate");

    assertNotReady(
        "?sslmode=verify-full&sslrootcert=" + folder.resolve(file),
        "it cannot be reached: .*" + expected + ".*SQLSTATE 08006");
  }

  @Test
  void is_ready_without_a_restart_after_the_root_certificate_was_replaced() throws Exception {
    serve(valid(HOST));
    var root = Files.writeString(folder.resolve("ca.crt"), OTHER_CA.pem());

    try (var service =
        ProcessUnderTest.launch("orders", variables("?sslmode=verify-full&sslrootcert=" + root))) {
      service.awaitLog("is not signed by a CA in sslrootcert .* Not ready");
      Files.writeString(root, OTHER_CA.pem() + CA.pem());
      service.awaitLog("HealthMonitor - Ready");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sslmode=prefer", "sslmode=require", "sslmode=require&sslrootcert="})
  void weaker_modes_accept_the_certificate_of_an_attacker(String parameters) throws Exception {
    serve(OTHER_CA.issue("", List.of("attacker"), NOW.minus(DAY), DAY.multipliedBy(2)));
    var root = parameters.endsWith("sslrootcert=") ? root() : "";

    assertThat(isEncrypted(parameters + root)).isTrue();
  }

  @Test
  void verify_ca_accepts_the_certificate_of_another_host() throws Exception {
    serve(valid("another-service"));

    assertThat(isEncrypted("sslmode=verify-ca&sslrootcert=" + root())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pk8", "p12", "pem"})
  void presents_a_client_certificate(String format) throws Exception {
    serve(valid(HOST));
    var key = clientKey(format, valid("certified"));
    var variables = new HashMap<>(variables(verifyFull() + key));
    variables.put("DATABASE_USER", "certified");
    variables.remove("DATABASE_PASSWORD");

    try (var service = OrdersMain.start(OrdersConfig.from(Environment.of(variables)))) {
      placeOrder(service.port());

      assertThat(query("SELECT DISTINCT client_dn FROM pg_stat_ssl WHERE client_dn IS NOT NULL"))
          .isEqualTo("/CN=certified");
    }
  }

  @Test
  void says_that_the_server_requires_a_client_certificate() throws Exception {
    serve(valid(HOST));
    var variables = new HashMap<>(variables(verifyFull()));
    variables.put("DATABASE_USER", "certified");

    try (var service = ProcessUnderTest.launch("orders", variables)) {
      service.awaitLog(
          "^orders: PostgreSQL at .*: it rejects DATABASE_USER:"
              + " FATAL: connection requires a valid client certificate \\(SQLSTATE 28000\\)$");
    }
  }

  /** Asserts that one line is logged about the database, apart from checks that took too long. */
  private static void assertNotReady(String parameters, String reason) {
    try (var service = ProcessUnderTest.launch("orders", variables(parameters))) {
      service.awaitLog(
          "reason=the orders are unavailable: PostgreSQL at %s:%s: %s.* Not ready$"
              .formatted(HOST, server().port(), reason));
      service.awaitLog("Serving gRPC");
      assertThat(service.log())
          .noneMatch(line -> line.contains("geheim") || line.contains("Exception"))
          .filteredOn(line -> !line.contains("no response within"))
          .hasSize(2);
    }
  }

  private static DemoCertificate valid(String name) {
    return CA.issue("", List.of(name), NOW.minus(DAY), DAY.multipliedBy(2));
  }

  /** Makes the server use this certificate for new connections. */
  private static void serve(DemoCertificate certificate) throws SQLException {
    execute(
        write("server.crt", certificate.certificate()),
        write("server.key", certificate.key()),
        "ALTER SYSTEM SET ssl = on");
  }

  /** Returns a statement that writes a file in the folder of the server's data. */
  private static String write(String file, String content) {
    return "COPY (SELECT regexp_split_to_table('%s', '\n')) TO PROGRAM 'cat > %s; chmod 600 %2$s'"
        .formatted(content, file);
  }

  /** Executes statements, and returns when the server uses the changed configuration. */
  private static void execute(String... statements) throws SQLException {
    try (var connection = DriverManager.getConnection(url(""), "shop", "geheim");
        var statement = connection.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    }
    var before = query("SELECT clock_timestamp()");
    assertThat(query("SELECT pg_reload_conf()")).isEqualTo("t");
    Polling.within(
        BOUND,
        () ->
            assertThat(query("SELECT pg_conf_load_time() >= '%s'".formatted(before)))
                .isEqualTo("t"));
  }

  /** Returns the only value of the only row, read with a new connection. */
  private static String query(String sql) {
    return query(sql, "");
  }

  private static String query(String sql, String parameters) {
    try (var connection = DriverManager.getConnection(url(parameters), "shop", "geheim");
        var rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      var value = Objects.requireNonNull(rows.getString(1));
      assertThat(rows.next()).isFalse();
      return value;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isEncrypted(String parameters) {
    return query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", "?" + parameters)
        .equals("t");
  }

  private String verifyFull() throws IOException {
    return "?sslmode=verify-full&sslrootcert=" + root();
  }

  private Path root() throws IOException {
    return Files.writeString(folder.resolve("root.crt"), CA.pem());
  }

  /** Writes the files of a client's certificate; returns the parameters that name them. */
  private String clientKey(String format, DemoCertificate client) throws Exception {
    var key = Files.createFile(folder.resolve("client." + format));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    var pkcs8 = Base64.getMimeDecoder().decode(client.key().replaceAll("-----[A-Z ]+-----", ""));
    if (format.equals("p12")) {
      var chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(
                      client.certificate().getBytes(StandardCharsets.US_ASCII)));
      var password = "geheim".toCharArray();
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "user",
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)),
          password,
          chain.toArray(Certificate[]::new));
      try (var out = Files.newOutputStream(key)) {
        store.store(out, password);
      }
      return "&sslpassword=geheim&sslkey=" + key;
    }
    Files.write(
        key, format.equals("pk8") ? pkcs8 : client.key().getBytes(StandardCharsets.US_ASCII));
    var certificate = Files.writeString(folder.resolve("client.crt"), client.certificate());
    var algorithm = format.equals("pem") ? "&pemKeyAlgorithm=EC" : "";
    return "&sslcert=" + certificate + "&sslkey=" + key + algorithm;
  }

  private static void placeOrder(int port) {
    var channel =
        Grpc.newChannelBuilderForAddress(HOST, port, InsecureChannelCredentials.create()).build();
    try {
      var orders = OrderServiceGrpc.newBlockingStub(channel).withWaitForReady();
      var request = OrderRequests.request("a buyer", UUID.randomUUID().toString()).build();
      var response =
          Polling.whileUnavailable(
              () -> orders.withDeadlineAfter(10, TimeUnit.SECONDS).placeOrder(request));
      assertThat(response.getOrder().getId()).isNotEmpty();
    } finally {
      channel.shutdownNow();
    }
  }

  private static Map<String, String> variables(String parameters) {
    var variables = new HashMap<>(server().variables());
    variables.putAll(Map.of("DATABASE_URL", url(parameters), "ORDERS_PORT", "0", "DRAIN_MS", "0"));
    return variables;
  }

  private static String url(String parameters) {
    return "jdbc:postgresql://" + HOST + ":" + server().port() + "/orders" + parameters;
  }

  private static PostgresUnderTest server() {
    return Objects.requireNonNull(postgres);
  }
}
