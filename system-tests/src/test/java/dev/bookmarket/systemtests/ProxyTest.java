package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the shop behind nginx with the configuration in docs/operations.md. The browser sends no
 * {@code Sec-Fetch-Site}, as over plain HTTP.
 */
@Needs(Tool.NGINX)
class ProxyTest {
  private static final char[] PASSWORD = "password".toCharArray();
  private static final Duration BOUND = Duration.ofSeconds(30);

  private static final int HTTP = Ports.free();
  private static final int HTTPS = Ports.free();

  /** The port on which nginx uses its default configuration. */
  private static final int DEFAULTS = Ports.free();

  @AutoClose private static AllInOne shop;
  @AutoClose private static ProcessUnderTest nginx;
  private static KeyStore keys;

  @BeforeAll
  static void startShopBehindProxy(@TempDir Path folder) throws Exception {
    shop = AllInOne.start(folder, Map.of("TRUSTED_PROXIES", "127.0.0.1"));
    keys = selfSigned(folder);
    var configuration = folder.resolve("nginx.conf");
    Files.writeString(configuration, configuration(folder, shop.port("MARKETPLACE_PORT")));
    nginx =
        ProcessUnderTest.start(
            "nginx",
            new ProcessBuilder(
                Tool.nginx().orElseThrow().toString(),
                "-e",
                "stderr",
                "-p",
                folder.toString(),
                "-c",
                configuration.toString()),
            Map.of());
    for (int port : List.of(HTTP, HTTPS, DEFAULTS)) {
      Polling.within(
          BOUND,
          () ->
              assertThat(Ports.canListenOn("127.0.0.1", port)).as(nginx.log()::toString).isFalse());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void a_visitor_changes_the_language_fills_the_basket_and_orders(String scheme) throws Exception {
    var visitor = new Visit(scheme, scheme.equals("https") ? HTTPS : HTTP);

    var chosen = visitor.post("/preferences", Map.of("language", "zh"));
    assertThat(chosen.statusCode()).isEqualTo(303);
    assertThat(chosen.headers().firstValue("Set-Cookie").orElse("").contains("; Secure"))
        .isEqualTo(scheme.equals("https"));
    assertThat(chosen.headers().firstValue("Strict-Transport-Security").isPresent())
        .isEqualTo(scheme.equals("https"));
    assertThat(visitor.page("/").select("html").attr("lang")).isEqualTo("zh-Hans");

    for (int book = 1; book <= 50; book++) {
      var added =
          visitor.post(
              "/basket", Map.of("change", "add", "book", String.valueOf(book), "quantity", "99"));
      assertThat(added.statusCode()).as(added.body()).isEqualTo(303);
    }
    assertThat(visitor.page("/basket").select(".items").text()).contains("4950");

    var form = visitor.page("/checkout").expectFirst("form.deliver");
    var fields = new LinkedHashMap<String, String>();
    form.select("input[name]").forEach(field -> fields.put(field.attr("name"), field.val()));
    fields.putAll(Map.of("name", "Ada", "phone", "+1 555 0100", "address", "1 Main Street"));
    var ordered = visitor.post(form.attr("action"), fields);
    assertThat(ordered.statusCode()).as(ordered.body()).isEqualTo(303);
    var order = ordered.headers().firstValue("Location").orElseThrow();
    assertThat(URI.create(order).getPath()).startsWith("/orders/");
    assertThat(visitor.page(URI.create(order).getPath()).select("[data-notice=placed]")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void rejects_a_form_of_another_site(String scheme) throws Exception {
    var visitor = new Visit(scheme, scheme.equals("https") ? HTTPS : HTTP);

    for (var origin :
        new String[] {
          "null", "http://other.example", scheme + "://127.0.0.1", "http://127.0.0.1:1"
        }) {
      assertThat(visitor.post("/preferences", Map.of("language", "zh"), origin).statusCode())
          .as(origin)
          .isEqualTo(403);
    }
  }

  @Test
  void rejects_a_form_that_was_loaded_without_tls() throws Exception {
    var visitor = new Visit("https", HTTPS);

    assertThat(
            visitor
                .post("/preferences", Map.of("language", "zh"), "http://127.0.0.1:" + HTTPS)
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void rejects_every_form_without_the_configuration() throws Exception {
    var visitor = new Visit("http", DEFAULTS);

    assertThat(visitor.page("/").title()).isEqualTo("Online Books For You");
    assertThat(visitor.post("/preferences", Map.of("language", "zh")).statusCode()).isEqualTo(403);
  }

  /** Returns a configuration for a user without privileges, with all files in the folder. */
  private static String configuration(Path folder, int shopPort) throws IOException {
    var lines =
        Pattern.compile("```nginx\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ProcessUnderTest.ROOT.resolve("docs/operations.md")));
    assertThat(lines.find()).as("nginx configuration in docs/operations.md").isTrue();
    var upstream = "http://127.0.0.1:" + shopPort;
    var temporary =
        Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            .map(name -> "%s_temp_path %s;\n".formatted(name, folder.resolve(name)))
            .collect(Collectors.joining());
    return """
        daemon off;
        master_process off;
        pid %1$s/nginx.pid;
        events {}
        http {
          access_log off;
          %2$s
          server {
            listen 127.0.0.1:%3$s;
            listen 127.0.0.1:%4$s ssl;
            ssl_certificate %1$s/certificate.pem;
            ssl_certificate_key %1$s/key.pem;
            %6$s
          }
          server {
            listen 127.0.0.1:%5$s;
            location / {
              proxy_pass %7$s;
            }
          }
        }
        """
        .formatted(
            folder,
            temporary,
            HTTP,
            HTTPS,
            DEFAULTS,
            lines.group(1).replace("http://127.0.0.1:5000", upstream),
            upstream);
  }

  /** Creates a certificate for 127.0.0.1 and writes it and its key for nginx. */
  private static KeyStore selfSigned(Path folder) throws Exception {
    var file = folder.resolve("keys.p12");
    var keytool =
        ChildProcess.builder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "shop",
                "-keyalg",
                "EC",
                "-dname",
                "CN=shop",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                String.valueOf(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(keytool.exitValue()).as(Files.readString(folder.resolve("keytool.log"))).isZero();
    var store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    writePem(folder.resolve("key.pem"), "PRIVATE KEY", store.getKey("shop", PASSWORD).getEncoded());
    writePem(
        folder.resolve("certificate.pem"),
        "CERTIFICATE",
        store.getCertificate("shop").getEncoded());
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("shop", store.getCertificate("shop"));
    return trusted;
  }

  private static void writePem(Path file, String type, byte[] content) throws IOException {
    var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        file, "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(type, text));
  }

  private static SSLContext trustNginx() throws GeneralSecurityException {
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** A browser that keeps cookies and sends the origin of each form. */
  private static final class Visit {
    private final HttpClient http;
    private final String shop;

    Visit(String scheme, int port) throws GeneralSecurityException {
      shop = scheme + "://127.0.0.1:" + port;
      http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .sslContext(trustNginx())
              .cookieHandler(new CookieManager())
              .connectTimeout(BOUND)
              .build();
    }

    Document page(String path) throws Exception {
      for (int i = 0; ; i++) {
        var response = send(HttpRequest.newBuilder().GET(), path);
        if (response.statusCode() != 503 || i == 20) {
          assertThat(response.statusCode()).as(path).isEqualTo(200);
          return Jsoup.parse(response.body());
        }
      }
    }

    HttpResponse<String> post(String path, Map<String, String> fields) throws Exception {
      return post(path, fields, shop);
    }

    HttpResponse<String> post(String path, Map<String, String> fields, String origin)
        throws Exception {
      var form =
          fields.entrySet().stream()
              .map(field -> field.getKey() + "=" + encoded(field.getValue()))
              .collect(Collectors.joining("&"));
      var request =
          HttpRequest.newBuilder()
              .header("Origin", origin)
              .header("Content-Type", "application/x-www-form-urlencoded");
      var body = HttpRequest.BodyPublishers.ofString(form);
      // On a busy machine the catalogue can miss a deadline; then nothing was changed.
      for (int i = 0; ; i++) {
        var response = send(request.POST(body), path);
        if (response.statusCode() != 503 || i == 20) {
          return response;
        }
      }
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String path) throws Exception {
      return http.send(
          request.uri(URI.create(shop + path)).timeout(BOUND).build(), BodyHandlers.ofString());
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
  }
}
