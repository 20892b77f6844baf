package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which incomplete pages the other tests excuse. */
class HomePageTest {
  private static final Duration SHORT = Duration.ofMillis(10);

  @ParameterizedTest
  @CsvSource({
    "10, Recommendations/Recommend RESOURCE_EXHAUSTED after 0.4 ms",
    "10, Recommendations/Recommend RESOURCE_EXHAUSTED after 0.4 ms by recommendations-1",
    "250, Recommendations/Recommend DEADLINE_EXCEEDED after 250.0 ms"
  })
  void excuses_a_page_with_a_late_or_a_rejected_call(long millis, String call) throws IOException {
    HomePage.assertCompleteUnlessBusy(response(200, call, Duration.ofMillis(millis)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Recommendations/Recommend 3.1 ms by recommendations-1",
        "Recommendations/Recommend UNAVAILABLE after 0.4 ms",
        "Recommendations/Recommend INTERNAL after 0.4 ms",
        "</span></p><p>a text with RESOURCE_EXHAUSTED",
      })
  void excuses_no_other_incomplete_page(String call) throws IOException {
    var home = response(200, call, SHORT);

    assertThatThrownBy(() -> HomePage.assertCompleteUnlessBusy(home))
        .isInstanceOf(AssertionError.class);
  }

  @ParameterizedTest
  @CsvSource({"RESOURCE_EXHAUSTED, true", "UNAVAILABLE, false"})
  void excuses_an_error_page_with_a_rejected_call(String status, boolean expected)
      throws IOException {
    var page = response(503, "OrderService/ListOrders " + status + " after 0.4 ms", SHORT);

    assertThat(page.isExcusable()).isEqualTo(expected);
  }

  /** Returns a page without suggestions that made this call. */
  private static Visitor.Response response(int status, String call, Duration took)
      throws IOException {
    var html =
        "<p class=\"notice\" data-missing=\"suggestions\"></p>"
            + "<footer><p class=\"served\"><span class=\"call\">%s</span></p></footer>";
    var body = html.formatted(call).getBytes(StandardCharsets.UTF_8);
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    try {
      var response = Visitor.of(server.getAddress().getPort()).get("/");
      return new Visitor.Response(response.response(), took);
    } finally {
      server.stop(0);
    }
  }
}
