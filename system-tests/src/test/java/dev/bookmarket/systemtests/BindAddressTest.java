package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the whole shop on addresses other than 127.0.0.1. */
class BindAddressTest {
  @TempDir private Path folder;

  @Test
  @Needs(Tool.LOOPBACK_NETWORK)
  void calls_its_services_without_a_proxy() {
    try (var proxy = new CountingProxy();
        var shop = start("127.0.0.2", proxy)) {
      var url = shop.url();

      assertThat(url).startsWith("http://127.0.0.2:");
      Polling.within(TwoServices.RECOVERY, () -> HomePage.assertComplete(get(url)));
      assertThat(proxy.connections()).as("connections to the proxy").isZero();
    }
  }

  @Test
  @Needs(Tool.IPV6)
  void calls_its_services_on_an_ipv6_address() {
    try (var proxy = new CountingProxy();
        var shop = start("::1", proxy)) {
      var url = shop.url();

      assertThat(url).matches("http://(localhost|\\[::1]):\\d+");
      Polling.within(TwoServices.RECOVERY, () -> HomePage.assertComplete(get(url)));
      assertThat(proxy.connections()).as("connections to the proxy").isZero();
    }
  }

  @Test
  @Needs(Tool.IPV6)
  void prints_the_address_on_which_no_other_program_listens() throws IOException {
    try (var other = new ServerSocket(0, 50, InetAddress.getByName("::1"));
        var shop =
            AllInOne.start(
                folder, Map.of("MARKETPLACE_PORT", String.valueOf(other.getLocalPort())))) {
      assertThat(shop.url()).isEqualTo("http://127.0.0.1:" + other.getLocalPort());
    }
  }

  private AllInOne start(String address, CountingProxy proxy) {
    return AllInOne.launch(
        folder,
        Map.of("BIND_ADDRESS", address, "GRPC_PROXY_EXP", "127.0.0.1:" + proxy.port()),
        proxy.jvmOptions());
  }

  private static Visitor.Response get(String url) {
    var http = HttpClient.newHttpClient();
    try {
      return new Visitor.Response(
          http.send(HttpRequest.newBuilder(URI.create(url + "/")).build(), BodyHandlers.ofString()),
          Duration.ZERO);
    } catch (IOException e) {
      throw new AssertionError("no response from " + url, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Accepts connections, counts them and closes them. */
  private static final class CountingProxy implements AutoCloseable {
    private final AtomicInteger connections = new AtomicInteger();
    private final ServerSocket server;

    CountingProxy() {
      try {
        server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      var thread = new Thread(this::accept, "proxy");
      thread.setDaemon(true);
      thread.start();
    }

    int port() {
      return server.getLocalPort();
    }

    int connections() {
      return connections.get();
    }

    /** Returns the JVM options that use this proxy for all connections. */
    String[] jvmOptions() {
      return new String[] {
        "-Dhttp.proxyHost=127.0.0.1",
        "-Dhttp.proxyPort=" + port(),
        "-Dhttps.proxyHost=127.0.0.1",
        "-Dhttps.proxyPort=" + port(),
        "-Dhttp.nonProxyHosts=",
        "-DsocksProxyHost=127.0.0.1",
        "-DsocksProxyPort=" + port(),
        "-DsocksNonProxyHosts="
      };
    }

    private void accept() {
      while (!server.isClosed()) {
        try (var connection = server.accept()) {
          assertThat(connection.isConnected()).isTrue();
          connections.incrementAndGet();
        } catch (IOException e) {
          // closed
        }
      }
    }

    @Override
    public void close() {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
