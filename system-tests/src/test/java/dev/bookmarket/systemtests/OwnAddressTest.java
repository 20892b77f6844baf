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
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole shop on an address other than the usual one: it finds its services and says where it
 * is.
 */
class OwnAddressTest {
  @TempDir private Path folder;

  @Test
  @Needs(Tool.LOOPBACK_NETWORK)
  void calls_its_services_where_they_listen_and_no_proxy() {
    try (var proxy = new CountingProxy();
        var shop = open("127.0.0.2", proxy)) {
      var url = url(shop);

      assertThat(url).startsWith("http://127.0.0.2:");
      Patience.within(TwoServices.RECOVERY, () -> HomePage.assertWhole(get(url)));
      assertThat(proxy.connections()).as("connections to the proxy").isZero();
    }
  }

  @Test
  @Needs(Tool.IPV6)
  void calls_its_services_on_an_ipv6_address() {
    try (var proxy = new CountingProxy();
        var shop = open("::1", proxy)) {
      var url = url(shop);

      assertThat(url).matches("http://(localhost|\\[::1]):\\d+");
      Patience.within(TwoServices.RECOVERY, () -> HomePage.assertWhole(get(url)));
      assertThat(proxy.connections()).as("connections to the proxy").isZero();
    }
  }

  @Test
  @Needs(Tool.IPV6)
  void names_the_address_on_which_another_program_does_not_answer() throws IOException {
    try (var other = new ServerSocket(0, 50, InetAddress.getByName("::1"));
        var shop =
            ProcessUnderTest.launch(
                "all-in-one",
                variables(Map.of("MARKETPLACE_PORT", String.valueOf(other.getLocalPort()))))) {
      assertThat(url(shop)).isEqualTo("http://127.0.0.1:" + other.getLocalPort());
    }
  }

  private ProcessUnderTest open(String address, CountingProxy proxy) {
    var variables = variables(Map.of("BIND_ADDRESS", address));
    variables.put("GRPC_PROXY_EXP", "127.0.0.1:" + proxy.port());
    return ProcessUnderTest.launch("all-in-one", variables, proxy.jvmOptions());
  }

  private Map<String, String> variables(Map<String, String> more) {
    var variables = new HashMap<>(Processes.freePorts());
    variables.put("ORDERS_DB", folder.resolve("orders.db").toString());
    variables.putAll(more);
    return variables;
  }

  private static String url(ProcessUnderTest shop) {
    return shop.awaitLog("Bookmarket is open at (http://\\S+)$").group(1);
  }

  private static Visitor.Answer get(String url) {
    var http = HttpClient.newHttpClient();
    try {
      return new Visitor.Answer(
          http.send(HttpRequest.newBuilder(URI.create(url + "/")).build(), BodyHandlers.ofString()),
          Duration.ZERO);
    } catch (IOException e) {
      throw new AssertionError("nothing answers at " + url, e);
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

    /** Returns what tells a JVM to use it for everything. */
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
