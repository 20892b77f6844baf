package dev.bookmarket.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages after a failure to listen, and the URL of a server. */
class ListenAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Die Adresse wird bereits verwendet",
        "Address already in use",
        "Permission denied",
        "Cannot assign requested address"
      })
  void reports_a_taken_port_regardless_of_the_message_of_the_system(String message)
      throws IOException {
    try (var other = new ServerSocket(0, 1, address("127.0.0.1"))) {
      var failure = new IOException("Failed to bind", new BindException(message));

      assertThat(listen("127.0.0.1", other.getLocalPort()).startFailure(failure))
          .hasMessage(
              "port %s is taken: stop the process that uses it, or set X_PORT to another port",
              other.getLocalPort());
    }
  }

  @Test
  void reports_a_port_that_another_program_uses_for_tcp_and_udp_as_taken() throws IOException {
    try (var other = new ServerSocket(0, 1, address("127.0.0.1"));
        var udp = new DatagramSocket(new InetSocketAddress("127.0.0.1", other.getLocalPort()))) {
      assertThat(udp.isBound()).isTrue();
      assertThat(listen("127.0.0.1", other.getLocalPort()).startFailure(new SocketException("?")))
          .hasMessageContaining("is taken");
    }
  }

  @Test
  void reports_a_taken_port_even_if_nothing_accepts_connections() throws IOException {
    try (var other = ServerSocketChannel.open()) {
      other.bind(new InetSocketAddress("127.0.0.1", 0), 1);
      int port = other.socket().getLocalPort();

      assertThat(listen("0.0.0.0", port).startFailure(new BindException("?")))
          .hasMessageContaining("port " + port + " is taken");
    }
  }

  @Test
  void reports_the_cause_if_the_port_is_free() throws IOException {
    var failure = new IOException("Failed", new IOException("Too many open files"));

    assertThat(listen("127.0.0.1", 0).startFailure(failure))
        .hasMessage("cannot listen on 127.0.0.1 port 0: java.io.IOException: Too many open files");
  }

  @ParameterizedTest
  @CsvSource({"203.0.113.1, 203.0.113.1", "2001:db8::1, 2001:db8::1"})
  void reports_an_address_that_is_not_of_this_machine(String address, String named)
      throws IOException {
    assertThat(listen(address, 5_000).startFailure(new BindException("Address already in use")))
        .hasMessage(
            "cannot listen on %s port 5000: it is not an address of this machine; check"
                + " BIND_ADDRESS and X_PORT",
            named);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "0.0.0.0, 127.0.0.1",
    "'::', 127.0.0.1",
    "'::1', [::1]",
    "192.0.2.7, 192.0.2.7",
    "2001:db8:0:0::7, [2001:db8::7]"
  })
  void is_reachable_at_its_address_or_the_loopback_address(String address, String host)
      throws IOException {
    assertThat(listen(address, 0).host()).isEqualTo(host);
  }

  @Test
  void names_an_interface_by_its_index() throws IOException {
    assumeThatCode(() -> address("::1%lo"))
        .as("lo is an interface with an IPv6 address")
        .doesNotThrowAnyException();

    assertThat(listen("::1%lo", 0).host()).matches("\\[::1%[0-9]+]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "0.0.0.0"})
  void uses_localhost_in_the_url(String address) throws IOException {
    try (var server = new ServerSocket(0, 1, address(address))) {
      assertThat(listen(address, 0).url(server.getLocalPort()))
          .isEqualTo("http://localhost:" + server.getLocalPort());
    }
  }

  @Test
  void uses_127_0_0_1_in_the_url_if_another_program_listens_on_the_other_loopback_address()
      throws IOException {
    assumeThatCode(() -> new ServerSocket(0, 1, address("::1")).close())
        .as("::1 is an address of this machine")
        .doesNotThrowAnyException();
    try (var other = new ServerSocket(0, 1, address("::1"))) {
      int port = other.getLocalPort();

      assertThat(listen("127.0.0.1", 0).url(port)).isEqualTo("http://127.0.0.1:" + port);
    }
  }

  @Test
  void uses_127_0_0_1_in_the_url_if_this_jvm_cannot_connect_to_ipv6_addresses() throws IOException {
    // The network library reads the property once, when the first address is created.
    var wildcard = listen("0.0.0.0", 0);
    System.setProperty("java.net.preferIPv4Stack", "true");
    try {
      assertThat(wildcard.url(80)).isEqualTo("http://127.0.0.1:80");
    } finally {
      System.clearProperty("java.net.preferIPv4Stack");
    }
  }

  @Test
  void uses_its_address_in_the_url_if_that_is_not_localhost() throws IOException {
    assertThat(List.of(listen("127.0.0.2", 0).url(80), listen("2001:db8::7", 0).url(81)))
        .containsExactly("http://127.0.0.2:80", "http://[2001:db8::7]:81");
  }

  private static ListenAddress listen(String address, int port) throws IOException {
    return new ListenAddress(address(address), port, "X_PORT");
  }

  private static InetAddress address(String literal) throws IOException {
    return InetAddress.getByName(literal);
  }
}
