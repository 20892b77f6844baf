package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.bookmarket.marketplace.server.SomeRoutes;
import dev.bookmarket.marketplace.server.WebServer;
import dev.bookmarket.runtime.Growth;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The static files of the pages, over real HTTP. */
class AssetsTest {
  private static final Assets ASSETS = new Assets();

  private static WebServer server;

  @BeforeAll
  static void start() {
    server = SomeRoutes.serve((routes, templates) -> {});
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void pages_link_to_files_that_can_be_cached_forever() throws Exception {
    var page = Jsoup.parse(RenderedPages.html("error", ErrorPage.of(404)));
    var named = page.select("link[href]").eachAttr("href");

    assertThat(named).containsExactly(ASSETS.of("favicon.svg"), ASSETS.of("shop.css"));
    for (var path : named) {
      var answer = get(path, "identity");

      assertThat(path).matches("/assets/[a-z]+\\.[0-9a-f]{10}\\.[a-z]+");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
      assertThat(answer.body()).isEqualTo(file(path.replaceFirst("\\.[0-9a-f]{10}", "")));
    }
  }

  @Test
  void sends_the_content_type() throws Exception {
    assertThat(header(get(ASSETS.of("shop.css"), "gzip"), "Content-Type"))
        .matches("text/css; ?charset=utf-8");
    assertThat(header(get(ASSETS.of("favicon.svg"), "gzip"), "Content-Type"))
        .matches("image/svg\\+xml; ?charset=utf-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/assets/shop.css", "/assets/shop.0123456789.css"})
  void urls_with_another_hash_return_the_file_without_caching(String path) throws Exception {
    var answer = get(path, "identity");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Cache-Control")).isEqualTo("no-cache");
    assertThat(answer.body()).isEqualTo(file("/assets/shop.css"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/assets/",
        "/assets/none.css",
        "/assets/none.0123456789.css",
        "/assets/shop.012345678.css",
        "/assets/shop.0123456789.svg",
        "/assets/..shop.css",
        "/assets/shop.css/more",
        "/assets/a.0123456789.shop.0123456789.css",
        "/assets/shop.0123456789.0123456789.css"
      })
  void has_no_other_file(String path) throws Exception {
    assertThat(get(path, "gzip").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", ".", "a.", ".0123456789", "a.0123456789.css", "é"})
  void finds_a_file_in_linear_time(String unit) {
    assertThat(Growth.ofTenTimes(ASSETS::find, unit, 800 / unit.length()))
        .isLessThan(Growth.LINEAR);
    assertThat(ASSETS.find(unit.repeat(100))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"gzip", "gzip;", "gzip ", "gzip;q=0.", "gzip;q=0 ", "\t", "0", "gzip;q=0.0"})
  void parses_encodings_in_linear_time(String unit) {
    assertThat(Growth.ofTenTimes(Assets::acceptsGzip, "gzip;q=0.0" + unit, 80))
        .isLessThan(Growth.LINEAR);
    assertThat(Growth.ofTenTimes(Assets::acceptsGzip, unit, 800 / unit.length()))
        .isLessThan(Growth.LINEAR);
  }

  @Test
  void compresses_a_file_for_clients_that_accept_gzip() throws Exception {
    var answer = get(ASSETS.of("shop.css"), "br, gzip;q=0.8");
    var plain = get(ASSETS.of("shop.css"), "identity");

    assertThat(answer.headers().allValues("Content-Encoding")).containsExactly("gzip");
    assertThat(answer.headers().allValues("Vary")).containsExactly("Accept-Encoding");
    assertThat(unpacked(answer.body())).isEqualTo(file("/assets/shop.css"));
    assertThat(answer.body().length).isLessThan(plain.body().length / 2);
    assertThat(plain.headers().allValues("Content-Encoding")).isEmpty();
    assertThat(plain.headers().allValues("Vary")).containsExactly("Accept-Encoding");
  }

  @Test
  void rejects_the_name_of_an_unknown_file() {
    assertThatIllegalArgumentException().isThrownBy(() -> ASSETS.of("none.css"));
  }

  private static HttpResponse<byte[]> get(String path, String encodings) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .timeout(Duration.ofSeconds(15))
            .header("Accept-Encoding", encodings);
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static byte[] unpacked(byte[] gzip) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(gzip)).readAllBytes();
  }

  private static byte[] file(String path) throws IOException {
    try (var file = AssetsTest.class.getResourceAsStream(path)) {
      return Objects.requireNonNull(file).readAllBytes();
    }
  }
}
