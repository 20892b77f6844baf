package dev.bookmarket.runtime.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.bookmarket.certificates.DemoCertificate;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.HealthCheck;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.StartupException;
import dev.bookmarket.runtime.server.CallPolicy;
import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.server.GrpcServerConfig;
import dev.bookmarket.runtime.server.OneRpc;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSsl;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.CertificateUtils;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class TlsTest {
  private final TestCertificates certificates = new TestCertificates();
  private final List<AutoCloseable> open = new ArrayList<>();

  @TempDir private Path serverFolder;
  @TempDir private Path clientFolder;
  @TempDir private Path otherFolder;

  @AfterEach
  void close() throws Exception {
    for (var each : open) {
      each.close();
    }
  }

  @Test
  void encrypts_calls_between_two_identities() throws Exception {
    var server = start("orders");

    assertThat(OneRpc.call(channel(server, "marketplace"), "x")).isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource({"EC, 256", "EC, 384", "RSA, 2048", "RSA, 4096"})
  void accepts_each_type_of_key_in_the_documentation(String algorithm, int bits) throws Exception {
    var ofServer = SelfSigned.of("orders", algorithm, bits);
    var bundle = ofServer.certificate() + certificates.authority.pem();
    var server = start(TestCertificates.write(serverFolder, "orders", ofServer, bundle));
    var ofClient = certificates.of("marketplace");
    var client = TestCertificates.write(clientFolder, "marketplace", ofClient, bundle);

    assertThat(OneRpc.call(channel(server, client), "x")).isEqualTo("x");
  }

  @Test
  void does_not_start_without_valid_files() throws IOException {
    var config = certificates.write(serverFolder, "orders");

    assertThatThrownBy(() -> Tls.open(new TlsConfig("greeter", config.folder())))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "TLS_DIR "
                + serverFolder
                + ": tls.crt: its identity is spiffe://bookmarket/orders,"
                + " not spiffe://bookmarket/greeter");
    var absent = serverFolder.resolve("absent");
    assertThatThrownBy(() -> Tls.open(new TlsConfig("orders", Optional.of(absent))))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("TLS_DIR " + absent + ": there is no ");
    var link = Files.createSymbolicLink(absent, Path.of("nowhere"));
    assertThatThrownBy(() -> Tls.open(new TlsConfig("orders", Optional.of(link))))
        .isInstanceOf(StartupException.class)
        .hasMessage("TLS_DIR %s: %s is a link whose target does not exist", link, link);
    var inLink = link.resolve("certificates");
    assertThatThrownBy(() -> Tls.open(new TlsConfig("orders", Optional.of(inLink))))
        .isInstanceOf(StartupException.class)
        .hasMessage("TLS_DIR %s: %s is a link whose target does not exist", inLink, link);
    var file = serverFolder.resolve("tls.key");
    assertThatThrownBy(() -> Tls.open(new TlsConfig("orders", Optional.of(file))))
        .isInstanceOf(StartupException.class)
        .hasMessage("TLS_DIR %s: %s is not a folder", file, file);
  }

  private static Stream<Arguments> replacements() {
    return Stream.of(
        Arguments.of("renamed files", (Replacement) TestCertificates::write),
        Arguments.of("copied files", (Replacement) TlsTest::copy),
        Arguments.of("a swapped link", (Replacement) TlsTest::swap));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("replacements")
  void uses_changed_files_for_new_connections(String name, Replacement replacement)
      throws Exception {
    var server = start("orders");
    var connected = channel(server, "marketplace");
    OneRpc.call(connected, "before");
    for (int round = 0; round < 2; round++) {
      var next = certificates.of("orders");

      replacement.replace(serverFolder, "orders", next, certificates.authority.pem());

      Eventually.soon("new certificate", () -> served(server).equals(certificateIn(next)));
      assertThat(OneRpc.call(connected, "after")).isEqualTo("after");
    }
  }

  @Test
  void keeps_the_previous_files_while_the_changed_ones_are_invalid() throws Exception {
    var server = start("orders");
    // The first swap replaces files by links one after the other; the next ones are atomic.
    var linked = certificates.of("orders");
    TestCertificates.swap(serverFolder, linked, certificates.authority.pem());
    Eventually.soon("links", () -> served(server).equals(certificateIn(linked)));
    var before = served(server);
    try (var log = CapturedLog.begin()) {
      var mismatched =
          new DemoCertificate(
              certificates.of("orders").certificate(), certificates.of("orders").key());
      for (var invalid :
          Map.of(
                  mismatched,
                  "tls.key is not the key",
                  certificates.expired("orders"),
                  "its certificate has expired",
                  certificates.of("greeter"),
                  "its identity is spiffe://bookmarket/greeter")
              .entrySet()) {
        TestCertificates.swap(serverFolder, invalid.getKey(), certificates.authority.pem());

        Eventually.soon(
            invalid.getValue(),
            () -> log.lines().stream().anyMatch(isRejection(invalid.getValue())));
        assertThat(served(server)).isEqualTo(before);
      }
      TestCertificates.swap(serverFolder, certificates.of("orders"), certificates.authority.pem());
      Eventually.soon(
          "loaded", () -> log.lines().stream().anyMatch(l -> l.endsWith("Certificates loaded")));
      assertThat(served(server)).isNotEqualTo(before);
      assertThat(log.lines().stream().filter(isRejection(""))).hasSize(3);
      assertThat(server.isReady()).isTrue();
    }
  }

  @Test
  void replaces_the_authority_if_both_are_trusted_for_a_time() throws Exception {
    var server = start("orders");
    var client = channel(server, "marketplace");
    var successor = new TestCertificates();
    var both = certificates.authority.pem() + successor.authority.pem();

    replaceAll(certificates, both);
    assertThat(OneRpc.call(reconnected(client), "old")).isEqualTo("old");
    replaceAll(successor, both);
    assertThat(OneRpc.call(reconnected(client), "new")).isEqualTo("new");
    replaceAll(successor, successor.authority.pem());

    assertThat(OneRpc.call(reconnected(client), "only new")).isEqualTo("only new");
    var old = channel(server, certificates.write(otherFolder, "marketplace"));
    assertThatThrownBy(() -> OneRpc.call(old, "old")).hasMessageStartingWith("UNAVAILABLE");
  }

  /** Replaces the files of both ends, and waits until they are loaded. */
  private void replaceAll(TestCertificates issuer, String bundle) {
    try (var log = CapturedLog.begin()) {
      TestCertificates.write(serverFolder, "orders", issuer.of("orders"), bundle);
      TestCertificates.write(clientFolder, "marketplace", issuer.of("marketplace"), bundle);
      for (var identity : List.of("orders", "marketplace")) {
        Eventually.soon(
            identity,
            () ->
                log.lines().stream()
                    .anyMatch(l -> l.matches(".*=" + identity + " .* Certificates loaded")));
      }
    }
  }

  @Test
  void reports_when_the_certificate_expires() {
    try (var telemetry = TestTelemetry.begin();
        var log = CapturedLog.begin()) {
      var soon = certificates.valid("orders", Instant.now(), Duration.ofDays(29));
      var config =
          TestCertificates.write(serverFolder, "orders", soon, certificates.authority.pem());
      try (var tls = Tls.open(config)) {
        assertThat(log.lines())
            .singleElement()
            .asString()
            .containsPattern(" WARN CertificateWatcher - identity=orders not_after=.* expires");
        assertThat(
                telemetry
                    .metrics()
                    .value(
                        "tls_certificate_not_after_seconds",
                        Map.of("bookmarket_tls_identity", "orders")))
            .isEqualTo(certificateIn(soon).getNotAfter().toInstant().getEpochSecond());

        var sooner = certificates.valid("orders", Instant.now(), Duration.ofHours(23));
        TestCertificates.write(serverFolder, "orders", sooner, certificates.authority.pem());
        Eventually.soon(
            "error", () -> log.lines().stream().anyMatch(l -> l.contains(" ERROR Certificate")));
      }
    }
  }

  @Test
  void rejects_tls_1_2() throws Exception {
    var server = start("orders");
    try (var log = CapturedLog.begin()) {
      assertThatThrownBy(() -> handshake(server, "TLSv1.2")).isInstanceOf(SSLException.class);
      assertThat(handshake(server, "TLSv1.3")).isNotNull();

      Eventually.soon(
          "the reason",
          () ->
              log.lines().stream()
                  .anyMatch(
                      line ->
                          line.matches(
                              ".* WARN ServerHandshakes .* failed: it does not support TLS 1.3")));
    }
  }

  @Test
  void offers_no_session_that_a_client_could_resume_after_its_certificate_has_expired()
      throws Exception {
    assumeThat(OpenSsl.isAvailable()).as("the JDK's TLS offers sessions for a second").isTrue();
    var server = start("orders");
    var certificate = certificates.of("marketplace");
    var keys = new AdvancedTlsX509KeyManager();
    keys.updateIdentityCredentials(
        new X509Certificate[] {certificateIn(certificate)},
        CertificateUtils.getPrivateKey(stream(certificate.key())));
    var context = SSLContext.getInstance("TLSv1.3");
    context.init(new KeyManager[] {keys}, new TrustManager[] {new TrustEveryone()}, null);
    try (var socket =
        (SSLSocket) context.getSocketFactory().createSocket("localhost", server.port())) {
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();

      assertThat(socket.getInputStream().read())
          .as("the first byte, after tickets")
          .isNotNegative();
    }
    assertThat(Collections.list(context.getClientSessionContext().getIds()))
        .as("that of the connection; each ticket would add one")
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "spiffe://bookmarket/greeter, spiffe://bookmarket/greeter",
    "spiffe://bookmarket/Marketplace, (none)",
    "spiffe://bookmarket/marketplace/, (none)",
    "spiffe://example/marketplace, (none)",
    "'', (none)"
  })
  void denies_callers_that_the_policy_does_not_name(String uri, String identity) throws Exception {
    var server = start("orders");
    var certificate =
        certificates.authority.issue(
            uri, TestCertificates.LOCAL_NAMES, Instant.now(), TestCertificates.VALIDITY);
    var denied = channel(server, certificate);
    try (var log = CapturedLog.begin()) {
      assertThatThrownBy(() -> OneRpc.call(denied, "x"))
          .hasMessage(
              "PERMISSION_DENIED: The identity %s may not call test.OneRpc".formatted(identity));
      assertThat(
              HealthGrpc.newBlockingStub(denied)
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus())
          .isEqualTo(ServingStatus.SERVING);

      assertThat(log.lines())
          .singleElement()
          .asString()
          .endsWith("caller=" + identity + " service=test.OneRpc Call denied");
    }
  }

  @Test
  void serves_while_clients_begin_handshakes_and_do_not_complete_them() throws Exception {
    var server = start("orders");
    var sockets = new ArrayList<Socket>();
    try (var log = CapturedLog.begin()) {
      var hello = clientHello();
      for (int i = 0; i < 300; i++) {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        sockets.add(socket);
        socket.getOutputStream().write(hello);
      }

      assertThat(OneRpc.call(channel(server, "marketplace"), "x")).isEqualTo("x");
      Eventually.soon(
          "200 are closed", () -> sockets.stream().filter(TlsTest::isClosed).count() >= 199);
      // Do not count the open ones: on a busy machine, they may have reached their timeout.
      log.logCounts();
      assertThat(log.lines())
          .filteredOn(line -> line.contains("TLS handshakes closed, too many"))
          .anyMatch(line -> line.matches(".* repeated=(199|20[0-2]) .*"));
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  /** Returns the first message of a client. */
  private static byte[] clientHello() throws Exception {
    var engine = SSLContext.getDefault().createSSLEngine("localhost", 1);
    engine.setUseClientMode(true);
    var hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    return Arrays.copyOf(hello.array(), hello.position());
  }

  /** Returns whether the other end has closed the connection; skips what it has sent. */
  private static boolean isClosed(Socket socket) {
    try {
      socket.setSoTimeout(1);
      while (socket.getInputStream().read() >= 0) {}
      return true;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void records_the_caller_in_the_span() throws Exception {
    try (var telemetry = TestTelemetry.begin()) {
      var server = start("orders");
      OneRpc.call(channel(server, "marketplace"), "x");

      var span =
          telemetry.span(
              s ->
                  "spiffe://bookmarket/marketplace"
                      .equals(
                          s.getAttributes().get(AttributeKey.stringKey("bookmarket.rpc.caller"))));
      assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    }
  }

  @Test
  void a_policy_must_name_services_of_the_server() {
    var policy = new CallPolicy(Map.of("test.Misspelled", Set.of("marketplace")));
    var config =
        new GrpcServerConfig(ListenAddress.anyFreePort(), Duration.ZERO, Duration.ofHours(1));

    assertThatThrownBy(
            () ->
                GrpcServer.start(
                    config, List.of(OneRpc.echo()), channel -> {}, HealthCheck.NONE, policy))
        .hasMessageContaining("test.Misspelled");
  }

  @Test
  void uses_the_subfolder_of_the_service_if_there_is_one() {
    certificates.write(serverFolder.resolve("orders"), "orders");
    var environment = Environment.of(Map.of("TLS_DIR", serverFolder.toString()));

    assertThat(TlsConfig.from(environment, "orders").folder())
        .contains(serverFolder.resolve("orders"));
    assertThat(TlsConfig.from(environment, "greeter").folder()).contains(serverFolder);
    assertThat(TlsConfig.from(Environment.of(Map.of()), "orders").folder()).isEmpty();
  }

  private interface Replacement {
    Object replace(Path folder, String service, DemoCertificate certificate, String bundle);
  }

  private static Object copy(
      Path folder, String service, DemoCertificate certificate, String bundle) {
    TestCertificates.copy(folder, certificate, bundle);
    return folder;
  }

  private static Object swap(
      Path folder, String service, DemoCertificate certificate, String bundle) {
    TestCertificates.swap(folder, certificate, bundle);
    return folder;
  }

  private static Predicate<String> isRejection(String reason) {
    return line -> line.contains("Changed certificates rejected") && line.contains(reason);
  }

  private GrpcServer start(String service) {
    return start(certificates.write(serverFolder, service));
  }

  private GrpcServer start(TlsConfig tls) {
    var config =
        new GrpcServerConfig(ListenAddress.anyFreePort(), Duration.ZERO, Duration.ofHours(1), tls);
    var server =
        GrpcServer.start(
            config,
            List.of(OneRpc.echo()),
            channel -> OneRpc.call(channel, "warm-up"),
            HealthCheck.NONE,
            new CallPolicy(Map.of(OneRpc.SERVICE, Set.of("marketplace"))));
    open.add(server);
    return server;
  }

  private ManagedChannel channel(GrpcServer server, String service) {
    return channel(server, certificates.write(clientFolder, service));
  }

  private ManagedChannel channel(GrpcServer server, DemoCertificate certificate) throws Exception {
    var credentials =
        TlsChannelCredentials.newBuilder()
            .keyManager(stream(certificate.certificate()), stream(certificate.key()))
            .trustManager(stream(certificates.authority.pem()))
            .build();
    var channel = Grpc.newChannelBuilderForAddress("localhost", server.port(), credentials).build();
    open.add(channel::shutdownNow);
    return channel;
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private ManagedChannel channel(GrpcServer server, TlsConfig config) {
    var tls = Tls.open(config);
    var channel =
        Grpc.newChannelBuilderForAddress("localhost", server.port(), tls.client()).build();
    open.add(channel::shutdownNow);
    open.add(tls);
    return channel;
  }

  /** Closes the connection, so that the next call makes a new handshake. */
  private static ManagedChannel reconnected(ManagedChannel channel) {
    channel.enterIdle();
    return channel;
  }

  /** Returns the certificate with which the server now begins a connection. */
  private static X509Certificate served(GrpcServer server) {
    try {
      return handshake(server, "TLSv1.3");
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes a handshake without a certificate; in TLS 1.3, the client completes it. */
  private static X509Certificate handshake(GrpcServer server, String version) throws SSLException {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustEveryone()}, null);
      try (var socket =
          (SSLSocket) context.getSocketFactory().createSocket("localhost", server.port())) {
        socket.setEnabledProtocols(new String[] {version});
        socket.setEnabledCipherSuites(socket.getSupportedCipherSuites());
        socket.startHandshake();
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
      }
    } catch (SSLException e) {
      throw e;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static X509Certificate certificateIn(DemoCertificate certificate) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(stream(certificate.certificate()));
    } catch (CertificateException e) {
      throw new AssertionError(e);
    }
  }

  private static final class TrustEveryone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
