package dev.bookmarket.marketplace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.web.ErrorPage;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The headers that the web server adds to every response, over real HTTP. */
class HeadersTest {
  private static final Map<String, String> SAFE =
      Map.of(
          "Content-Security-Policy",
          "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
              + " frame-ancestors 'none'",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Permissions-Policy",
          "camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(),"
              + " payment=(), serial=(), usb=()",
          "Referrer-Policy",
          "same-origin",
          "X-Content-Type-Options",
          "nosniff");

  private static WebServer server;

  @BeforeAll
  static void start() {
    server =
        SomeRoutes.serve(
            (routes, templates) -> {
              routes.get("/leads-on", request -> request.redirect("/", HttpStatus.SEE_OTHER));
              routes.get("/fault", request -> fail(new IllegalStateException("a fault")));
              routes.get("/error", request -> fail(new NoClassDefFoundError("an error")));
              routes.get("/tiny", request -> request.result("alive\n"));
              routes.get("/data", request -> answer(request, "application/json"));
              routes.get("/picture", request -> answer(request, "image/svg+xml; charset=utf-8"));
              routes.get("/", request -> templates.render(request, "error", ErrorPage.of(404)));
            });
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, 200",
    "HEAD, /, 200",
    "GET, /nowhere, 404",
    "POST, /, 405",
    "GET, /leads-on, 303",
    "GET, /fault, 500",
    "GET, /error, 500",
    "GET, /picture, 200",
    "GET, /tiny, 200",
    "GET, /assets/shop.css, 200",
    "GET, /assets/none.css, 404",
    "GET, /%zz, 400",
    "BREW, /, 405",
    "GET, /?q=%zz, 400"
  })
  void every_response_has_the_security_headers(String method, String path, int status)
      throws IOException {
    var request =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nX-Forwarded-Proto: https\r\n\r\n";

    for (var address : new String[] {"127.0.0.1", SomeRoutes.PROXY}) {
      var answer = answerTo(address, request);

      assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
      SAFE.forEach((name, value) -> assertThat(valuesOf(answer, name)).containsExactly(value));
      // Jetty rejects /%zz before it reads the headers.
      var isHttps = address.equals(SomeRoutes.PROXY) && !path.equals("/%zz");
      assertThat(valuesOf(answer, "Strict-Transport-Security"))
          .isEqualTo(isHttps ? List.of("max-age=31536000") : List.of());
    }
  }

  @Test
  void hsts_is_not_sent_over_plain_http() throws IOException {
    var answer =
        answerTo(
            SomeRoutes.PROXY,
            "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nX-Forwarded-Proto: http\r\n\r\n");

    assertThat(valuesOf(answer, "Strict-Transport-Security")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/nowhere", "/picture", "/data"})
  void compresses_responses_for_browsers_that_accept_gzip(String path) throws Exception {
    var packed = get(path, "Accept-Encoding", "gzip, br").headers();
    var plain = get(path, "Accept-Encoding", "identity").headers();

    assertThat(packed.allValues("Content-Encoding")).containsExactly("gzip");
    assertThat(packed.allValues("Vary")).singleElement().asString().startsWith("Accept-Encoding");
    assertThat(plain.allValues("Content-Encoding")).isEmpty();
    assertThat(plain.allValues("Vary")).isEqualTo(packed.allValues("Vary"));
  }

  @Test
  void does_not_compress_small_responses() throws Exception {
    var answer = get("/tiny", "Accept-Encoding", "gzip");

    assertThat(answer.headers().allValues("Content-Encoding")).isEmpty();
    assertThat(answer.body()).isEqualTo("alive\n");
  }

  @Test
  void compresses_the_same_responses_for_head_as_for_get() throws IOException {
    var head =
        answerTo(
            "127.0.0.1",
            "HEAD / HTTP/1.1\r\nHost: shop\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");

    assertThat(head).startsWith("HTTP/1.1 200 ").contains("Content-Encoding: gzip");
    assertThat(head).endsWith("\r\n\r\n").containsOnlyOnce("\r\n\r\n");
  }

  private static <T extends Throwable> void fail(T failure) throws T {
    throw failure;
  }

  private static void answer(Context request, String type) {
    request.contentType(type).result("<more/>".repeat(1_000));
  }

  private static HttpResponse<String> get(String path, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .timeout(Duration.ofSeconds(15));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private static List<String> valuesOf(String answer, String name) {
    return answer
        .lines()
        .filter(line -> line.startsWith(name + ": "))
        .map(line -> line.substring(name.length() + 2))
        .toList();
  }

  private static String answerTo(String from, String request) throws IOException {
    var loopback = InetAddress.getByName("127.0.0.1");
    try (var socket = new Socket(loopback, server.port(), InetAddress.getByName(from), 0)) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
