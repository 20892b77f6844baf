package dev.bookmarket.systemtests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;

/** A visitor who stores cookies, follows redirects and places orders. */
public final class Buyer {
  private final CookieManager cookies = new CookieManager();
  private final Visitor visitor;

  /** Creates a buyer at the shop on this port. */
  public Buyer(int port) {
    visitor =
        new Visitor(
            port,
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .cookieHandler(cookies)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build());
  }

  /** Adds one copy of a book to the basket, places the order, and checks the order's page. */
  public void buy(int book) {
    var ordered = send("/checkout", checkout(book));
    assertThat(ordered.page().select("h1").text()).isEqualTo("Thank you!");
  }

  /**
   * Like {@link #buy}, but submits the order once and returns whatever the shop responds. Only if
   * this client itself has closed the kept connection, it submits the order on another one, as
   * browsers do.
   */
  public Visitor.Response tryToBuy(int book) {
    var form = checkout(book);
    try {
      try {
        return sendOnce("/checkout", form);
      } catch (IOException e) {
        if (!"connection closed locally".equals(Throwables.getRootCause(e).getMessage())) {
          throw e;
        }
        return sendOnce("/checkout", form);
      }
    } catch (IOException e) {
      throw new AssertionError("no response", e);
    }
  }

  /** Adds one copy of a book to the basket, and returns the request that places the order. */
  public HttpRequest orderRequest(int book) {
    return form(checkout(book))
        .uri(URI.create("http://127.0.0.1:" + visitor.port() + "/checkout"))
        .header("Cookie", cookies())
        .build();
  }

  /** Submits the name form. */
  public void submitName(String name) {
    send("/name", Map.of("name", name));
  }

  /** Returns the page with the buyer's orders. */
  public Visitor.Response orders() {
    return visitor.get("/orders");
  }

  /** Returns the value of the Cookie header that a browser would send. */
  public String cookies() {
    return cookies.getCookieStore().getCookies().stream()
        .map(HttpCookie::toString)
        .collect(joining("; "));
  }

  /** Adds one copy of a book to the basket, and returns the fields of the checkout form. */
  private Map<String, String> checkout(int book) {
    send("/basket", Map.of("change", "add", "book", String.valueOf(book), "quantity", "1"));
    var form = visitor.open("/checkout").page();
    return Map.of(
        "key", form.select("[name=key]").val(),
        "shown", form.select("[name=shown]").val(),
        "name", "Ada",
        "phone", "+4930123",
        "address", "1 Main Street");
  }

  /**
   * Sends a form, and retries after a 503 or a failed connection: a busy machine misses deadlines,
   * and the same form never places a second order.
   */
  private Visitor.Response send(String path, Map<String, String> fields) {
    var until = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (true) {
      try {
        var answer = sendOnce(path, fields);
        if (answer.status() != 503 || System.nanoTime() > until) {
          return answer;
        }
      } catch (IOException e) {
        if (System.nanoTime() > until) {
          throw new AssertionError("no response from " + path, e);
        }
      }
    }
  }

  private Visitor.Response sendOnce(String path, Map<String, String> fields) throws IOException {
    return visitor.tryToSend(form(fields), path);
  }

  private static HttpRequest.Builder form(Map<String, String> fields) {
    var form =
        fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
            .collect(joining("&"));
    return HttpRequest.newBuilder()
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(form));
  }
}
