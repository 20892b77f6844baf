package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.server.SomeRoutes;
import dev.bookmarket.marketplace.server.WebServer;
import dev.bookmarket.runtime.CapturedLog;
import io.javalin.http.Context;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits and errors of request bodies, over real HTTP. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class RequestBodyTest {
  private static WebServer server;

  @BeforeAll
  static void start() {
    server =
        SomeRoutes.serve(
            (routes, templates) -> {
              routes.post("/length", RequestBodyTest::answerLength);
            });
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10, 11, 12, 100_000})
  void are_read_up_to_the_limit(int length) {
    var body = "x".repeat(length);
    var expected = length > 10 ? "too long" : String.valueOf(length);

    assertThat(post("Content-Length: " + length, body).body()).isEqualTo(expected);
    assertThat(post("Transfer-Encoding: chunked", chunk(length, body) + "0\r\n\r\n").body())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 10\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\n"})
  void cause_408_if_the_client_stops_sending(String begin) {
    try (var log = CapturedLog.begin()) {
      var answer =
          RawHttp.exchange(
              server.port(),
              "POST /length HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n" + begin + "abc");

      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.page().select("header").text()).startsWith("Bookmarket");
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void are_not_requested_if_their_declared_length_exceeds_that_of_any_form() {
    assertThat(post("Expect: 100-continue\r\nContent-Length: 16385", "").body())
        .isEqualTo("too long");
  }

  private static String chunk(int length, String body) {
    return length == 0 ? "" : Integer.toHexString(length) + "\r\n" + body + "\r\n";
  }

  private static RawHttp.Response post(String headers, String body) {
    return RawHttp.exchange(
        server.port(),
        "POST /length HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
            + headers
            + "\r\n\r\n"
            + body);
  }

  private static void answerLength(Context request) {
    var body = RequestBody.read(request, 10);
    request.result(body.map(bytes -> String.valueOf(bytes.length)).orElse("too long"));
  }
}
