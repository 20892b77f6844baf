package dev.bookmarket.systemtests.tls;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.tls.TestCertificates;
import dev.bookmarket.systemtests.Polling;
import dev.bookmarket.systemtests.ServersInThisJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the servers of the shop use only TLS 1.3 with its strong cipher suites. */
@ResourceLock(value = ServersInThisJvm.LOCK, mode = ResourceAccessMode.READ)
class WeakTlsTest {
  private static final TestCertificates SHOP = new TestCertificates();
  private static final Map<ShopServer, GrpcServer> SERVERS = new EnumMap<>(ShopServer.class);

  /** What a client offers, and the reason in the server's log; empty if the server accepts it. */
  private enum Offer {
    AES_128(ClientHello.TLS_1_3, List.of(0x1301), ""),
    AES_256(ClientHello.TLS_1_3, List.of(0x1302), ""),
    CHACHA20(ClientHello.TLS_1_3, List.of(0x1303), ""),

    /** Its authentication tags are short. */
    AES_128_CCM_8(ClientHello.TLS_1_3, List.of(0x1305), "the TLS handshake failed"),

    /** RFC 9150. */
    WITHOUT_ENCRYPTION(ClientHello.TLS_1_3, List.of(0xc0b4, 0xc0b5), "the TLS handshake failed"),

    OLD_CIPHER_SUITES(ClientHello.TLS_1_3, OLD, "the TLS handshake failed"),
    TLS_1_2(0x0303, OLD, "it does not support TLS 1.3"),
    TLS_1_2_WITH_NEW_CIPHER_SUITES(0x0303, NEW, "it does not support TLS 1.3"),
    TLS_1_1(0x0302, OLD, "it does not support TLS 1.3"),
    TLS_1_0(0x0301, OLD, "it does not support TLS 1.3"),
    SSL_3_0(0x0300, OLD, "it does not support TLS 1.3");

    private final ClientHello hello;
    private final String reason;

    Offer(int version, List<Integer> cipherSuites, String reason) {
      hello = new ClientHello(version, cipherSuites);
      this.reason = reason;
    }
  }

  /** Those of TLS 1.3 that the JDK has. */
  private static final List<Integer> NEW = List.of(0x1301, 0x1302, 0x1303);

  /**
   * Those of older versions: without encryption, with RC4, with 3DES, without authentication, with
   * CBC, without forward secrecy, and the strongest ones.
   */
  private static final List<Integer> OLD =
      List.of(
          0x0001, 0x0002, 0xc006, 0x0005, 0xc007, 0x000a, 0xc008, 0x0018, 0xc018, 0xc009, 0xc013,
          0x002f, 0x009c, 0xc02b, 0xc02c, 0xcca9);

  @BeforeAll
  static void startServers(@TempDir Path folder) {
    for (var server : ShopServer.values()) {
      var tls = SHOP.write(folder.resolve(server.service()), server.service());
      SERVERS.put(server, server.start(folder, tls));
    }
  }

  @AfterAll
  static void stopServers() {
    SERVERS.values().forEach(GrpcServer::close);
  }

  private static Stream<Arguments> serversAndOffers() {
    return Stream.of(ShopServer.values())
        .flatMap(server -> Stream.of(Offer.values()).map(offer -> Arguments.of(server, offer)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("serversAndOffers")
  void a_server_accepts_only_strong_cipher_suites_of_tls_1_3(ShopServer server, Offer offer)
      throws IOException {
    int port = requireNonNull(SERVERS.get(server)).port();
    try (var log = LoggedEvents.begin()) {
      assertThat(offer.hello.isAccepted(port)).isEqualTo(offer.reason.isEmpty());

      if (!offer.reason.isEmpty()) {
        Polling.within(
            Duration.ofSeconds(30),
            () ->
                assertThat(log.failuresAt(port))
                    .singleElement()
                    .asString()
                    .endsWith(" Connection failed: " + offer.reason));
      }
    }
  }
}
