package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.ListenAddress;
import io.javalin.http.Context;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the web server adds to every answer, over real HTTP. */
class HeadersTest {
  private static final String POLICY =
      "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

  private static WebServer server;

  @BeforeAll
  static void start() {
    var templates = new Templates();
    server =
        WebServer.start(
            ListenAddress.anyFreePort(),
            Duration.ZERO,
            new Readiness(),
            templates,
            routes -> {
              routes.get("/tiny", request -> request.result("alive\n"));
              routes.get("/data", request -> answer(request, "application/json"));
              routes.get("/picture", request -> answer(request, "image/svg+xml; charset=utf-8"));
              routes.get("/", request -> templates.render(request, "error", ErrorPage.of(404)));
              new Failures(templates).handleIn(routes);
            });
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void keeps_browsers_safe_on_pages_errors_and_assets() throws Exception {
    for (var path : List.of("/", "/nowhere", "/assets/shop.css")) {
      var headers = get(path).headers();

      assertThat(headers.allValues("Content-Security-Policy")).containsExactly(POLICY);
      assertThat(headers.allValues("X-Content-Type-Options")).containsExactly("nosniff");
      assertThat(headers.allValues("Referrer-Policy")).containsExactly("same-origin");
    }
  }

  @Test
  void keeps_browsers_safe_where_no_route_sees_the_request() throws Exception {
    var answer = answerTo("GET /%zz HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 400 ")
        .containsOnlyOnce("Content-Security-Policy: " + POLICY)
        .containsOnlyOnce("X-Content-Type-Options: nosniff")
        .containsOnlyOnce("Referrer-Policy: same-origin")
        .contains("We cannot make sense of that");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/nowhere", "/picture", "/data"})
  void compresses_what_it_answers_for_browsers_that_take_it(String path) throws Exception {
    var packed = get(path, "Accept-Encoding", "gzip, br").headers();
    var plain = get(path, "Accept-Encoding", "identity").headers();

    assertThat(packed.allValues("Content-Encoding")).containsExactly("gzip");
    assertThat(packed.allValues("Vary")).containsExactly("Accept-Encoding");
    assertThat(plain.allValues("Content-Encoding")).isEmpty();
    assertThat(plain.allValues("Vary")).containsExactly("Accept-Encoding");
  }

  @Test
  void leaves_what_is_tiny_as_it_is() throws Exception {
    var answer = get("/tiny", "Accept-Encoding", "gzip");

    assertThat(answer.headers().allValues("Content-Encoding")).isEmpty();
    assertThat(answer.body()).isEqualTo("alive\n");
  }

  @Test
  void compresses_for_a_head_what_it_compresses_for_a_get() throws IOException {
    var head =
        answerTo(
            "HEAD / HTTP/1.1\r\nHost: shop\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");

    assertThat(head).startsWith("HTTP/1.1 200 ").contains("Content-Encoding: gzip");
    assertThat(head).endsWith("\r\n\r\n").containsOnlyOnce("\r\n\r\n");
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

  private static String answerTo(String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
