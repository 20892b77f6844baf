package dev.bookmarket.marketplace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.Shopper;
import dev.bookmarket.runtime.trace.SpanCollector;
import io.javalin.http.Handler;
import io.opentelemetry.context.Context;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests collect their spans while a visitor wants to see how pages are made. */
class TelemetryHandlerTest {
  @ParameterizedTest
  @CsvSource({
    "GET, /page, true",
    "POST, /page, true",
    "POST, /jsonrpc, false",
    "GET, /assets/x/y, false",
    "GET, /covers/1.svg, false"
  })
  void only_requests_that_lead_to_a_page_collect_their_spans(
      String method, String path, boolean collects) {
    Handler handler =
        ctx -> ctx.result(String.valueOf(SpanCollector.of(Context.current()).isPresent()));
    try (var server =
        SomeRoutes.serve((routes, templates) -> routes.get(path, handler).post(path, handler))) {
      var shopper = new Shopper(server.port());
      shopper.setCookie("trace", "on");

      var response = method.equals("GET") ? shopper.get(path) : shopper.post(path, "a", "b");

      assertThat(response.body()).isEqualTo(String.valueOf(collects));
    }
  }
}
