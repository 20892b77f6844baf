package dev.bookmarket.marketplace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that the log contains nothing from clients that violate HTTP. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class InvalidRequestsLogTest {
  /** Contains a NEL and both forms of a terminal escape, but nothing that ends a header. */
  private static final String MARK = "xxmarkxx\u0085\u009b31m\u001b[31m";

  private static final String PLAIN_MARK = "xxmarkxx";
  private static final int REPETITIONS = 12;

  @Test
  void logs_no_text_from_clients_and_not_every_request() {
    try (var shop =
        JavaProcess.start(
            MarketplaceMain.class,
            Map.of("MARKETPLACE_PORT", "0", "DRAIN_MS", "0"),
            List.of("-XX:TieredStopAtLevel=1"))) {
      var port = Integer.parseInt(shop.awaitOutput("port=(\\d+) .*Serving HTTP$").group(1));
      for (int i = 0; i < REPETITIONS; i++) {
        requests().forEach(request -> exchange(port, request));
      }
      shop.terminate();
      shop.awaitEnd();

      assertThat(shop.errors()).isEmpty();
      assertThat(shop.output())
          .hasSizeLessThan(150) // of about 600 requests
          .allSatisfy(
              line ->
                  assertThat(line)
                      .matches("20\\S+ [A-Z]+ \\w+ - \\p{Print}+")
                      .doesNotContain(PLAIN_MARK));
    }
  }

  private static List<String> requests() {
    var get = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    var post =
        "POST /name HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\n";
    var chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    return Stream.of(
            Stream.of(
                    MARK,
                    MARK.repeat(300),
                    "\u0085".repeat(7_000) + MARK,
                    "a b" + MARK,
                    PLAIN_MARK + ":99999",
                    PLAIN_MARK + ":x" + MARK,
                    "[" + MARK,
                    PLAIN_MARK + "\r\nHost: other" + MARK)
                .map(host -> "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"),
            Stream.of("GET http://" + MARK + "/ HTTP/1.1\r\nHost: a\r\n\r\n"),
            Stream.of("0x8", "-8", "zz" + MARK, "f".repeat(20), "8;" + MARK)
                .map(size -> chunked + size + "\r\n" + PLAIN_MARK + "\r\n0\r\n\r\n"),
            Stream.of(
                    MARK,
                    "GET " + MARK,
                    "GET / " + MARK,
                    MARK + " / HTTP/1.1",
                    PLAIN_MARK + " / HTTP/1.1",
                    "GET /" + MARK + " HTTP/1.1",
                    "GET /%zz" + PLAIN_MARK + " HTTP/1.1",
                    "GET /%ff" + PLAIN_MARK + "?q=%ff HTTP/1.1",
                    "GET /../%2e%2e/%2f" + PLAIN_MARK + ";a=b HTTP/1.1",
                    "GET /assets/" + PLAIN_MARK + " HTTP/1.1",
                    "GET /covers/" + PLAIN_MARK + " HTTP/1.1",
                    "GET /" + PLAIN_MARK.repeat(2_000) + " HTTP/1.1",
                    "CONNECT " + PLAIN_MARK + ":1 HTTP/1.1",
                    "GET / HTTP/2.0",
                    "PRI * HTTP/2.0")
                .map(line -> line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
            Stream.of("\u0016\u0003\u0001\u0002\u0000\u0001" + MARK),
            Stream.of(
                    "X: " + PLAIN_MARK.repeat(4_000),
                    "X: \u0000" + MARK,
                    PLAIN_MARK,
                    " " + MARK,
                    "X " + MARK + ": x",
                    "Cookie: a=\"" + MARK + "; ;;=" + MARK + "; $Version=9",
                    "Accept-Language: " + MARK + ";q=9,,;",
                    "Accept-Encoding: " + MARK + ";q=x",
                    "If-Modified-Since: " + MARK + "\r\nRange: " + MARK,
                    "Upgrade: " + MARK + "\r\nConnection: Upgrade",
                    "X-Forwarded-For: " + MARK + "\r\nForwarded: " + MARK)
                .map(header -> get + header + "\r\n\r\n"),
            Stream.of(
                    "Content-Length: " + MARK,
                    "Content-Length: -5",
                    "Content-Length: 5\r\nContent-Length: 6",
                    "Content-Length: 500",
                    "Transfer-Encoding: " + MARK,
                    "Transfer-Encoding: chunked\r\nContent-Length: 5",
                    "Expect: " + MARK + "\r\nContent-Length: 5",
                    "Origin: " + MARK + "\r\nContent-Length: 5",
                    "X-HTTP-Method-Override: " + PLAIN_MARK + "\r\nContent-Length: 5",
                    "Content-Encoding: " + MARK + "\r\nContent-Length: 5",
                    "Content-Type: a/b; charset=" + PLAIN_MARK + "\r\nContent-Length: 5")
                .map(header -> post + header + "\r\n\r\n" + PLAIN_MARK))
        .flatMap(requests -> requests)
        .toList();
  }

  /** Sends as much as the server accepts and waits until it closes the connection. */
  private static void exchange(int port, String request) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (java.net.SocketException e) {
      // The server closed the connection before it had read everything.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
