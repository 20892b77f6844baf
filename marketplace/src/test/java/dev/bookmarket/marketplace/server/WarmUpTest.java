package dev.bookmarket.marketplace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.runtime.CapturedLog;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class WarmUpTest {
  private static final String HOME =
      "<a href=\"/categories/c7\"><a href=\"/books/77\"><img src=\"/covers/77-0123456789.svg\">"
          + "<a href=\"/categories/other\">";

  private static final List<String> PATHS =
      List.of(
          "/",
          "/categories/c7",
          "/books/77",
          "/covers/77-0123456789.svg",
          "/search?q=c7",
          "/basket",
          "/checkout");

  private final Map<String, Integer> requests = new ConcurrentHashMap<>();
  private volatile String failing = "none";
  private volatile int failures;
  private final WebServer server =
      SomeRoutes.serve(
          (routes, templates) -> {
            for (var path :
                List.of(
                    "/", "/categories/{x}", "/books/{x}", "/covers/{x}", "/search", "/basket")) {
              routes.get(path, this::respond);
            }
            routes.get("/checkout", this::respond);
            routes.post(
                "/basket", ctx -> ctx.header("Set-Cookie", "basket=b7; Path=/").redirect("/"));
          });

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void requests_a_page_of_each_kind_until_it_is_fast_three_times_in_succession() {
    server.warmUp();

    assertThat(requests.keySet()).containsExactlyInAnyOrderElementsOf(PATHS);
    assertThat(requests.values()).allMatch(count -> count >= 3);
    assertThat(RawHttp.get(server.port(), "/readyz").status()).isEqualTo(200);
  }

  @Test
  void begins_to_count_again_after_a_slow_or_failed_page() {
    for (var path : PATHS.subList(1, 7)) {
      requests.clear();
      failing = path;
      failures = 5;

      server.warmUp();

      assertThat(requests.get(path)).as(path).isGreaterThanOrEqualTo(8);
    }
  }

  @Test
  void pauses_between_failed_attempts_and_ends_with_one_line_in_the_log() throws Exception {
    server.warmUp(); // of a cold JVM, which could need the 3 s
    requests.clear();
    failing = "/books/77";
    failures = Integer.MAX_VALUE;
    try (var log = CapturedLog.begin()) {
      var warmUp = new WarmUp("http://127.0.0.1:" + server.port(), Duration.ofSeconds(3));

      warmUp.run();

      assertThat(requests.get("/books/77")).isBetween(3, 3_000 / 20 + 3);
      assertThat(log.lines()).singleElement().asString().contains("not fast");
    }
  }

  private void respond(Context ctx) throws InterruptedException {
    var path = ctx.path() + (ctx.queryString() == null ? "" : "?" + ctx.queryString());
    int count = requests.merge(path, 1, Integer::sum);
    if (path.equals("/basket") || path.equals("/checkout")) {
      assertThat(ctx.header("Cookie")).isEqualTo("basket=b7");
    }
    if (path.equals(failing) && count <= failures) {
      if (count % 2 == 0) {
        TimeUnit.MILLISECONDS.sleep(120);
      } else {
        ctx.status(503);
      }
    }
    ctx.html(path.equals("/") ? HOME : "x");
  }
}
