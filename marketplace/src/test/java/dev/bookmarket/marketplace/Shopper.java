package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jsoup.nodes.Document;

/**
 * A visitor with a browser without JavaScript that keeps cookies, fills in forms and follows
 * redirects. Repeats a request if the catalogue is unavailable or a call of a page missed its
 * deadline, because on a busy machine a working backend can miss a deadline. Not safe for
 * concurrent use.
 */
public final class Shopper {
  private static final int MAX_ATTEMPTS = 20;

  private final int port;
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private boolean retries = true;

  /** Creates a visitor without cookies. */
  public Shopper(int port) {
    this.port = port;
  }

  /** Returns another browser window of the visitor, with a copy of the current cookies. */
  public Shopper otherWindow() {
    var other = new Shopper(port);
    other.cookies.putAll(cookies);
    other.retries = retries;
    return other;
  }

  /**
   * Sets whether to repeat a request if the catalogue is unavailable or a call of a page missed its
   * deadline; the default is true.
   */
  public void setRetries(boolean retries) {
    this.retries = retries;
  }

  /** Returns the value of a cookie; empty if it is absent. */
  public String cookie(String name) {
    return cookies.getOrDefault(name, "");
  }

  /** Sets a cookie. */
  public void setCookie(String name, String value) {
    cookies.put(name, value);
  }

  /** Opens a page. */
  public RawHttp.Response get(String path) {
    return exchange("GET " + path + " HTTP/1.1\r\n" + headers("") + "\r\n");
  }

  /** Sends a form with fields, given as alternating names and values. */
  public RawHttp.Response post(String path, String... fields) {
    var form = new LinkedHashMap<String, String>();
    for (int i = 0; i < fields.length; i += 2) {
      form.put(fields[i], fields[i + 1]);
    }
    return post(path, form);
  }

  /** Sends a form. */
  public RawHttp.Response post(String path, Map<String, String> fields) {
    return postRaw(path, encoded(fields), "Sec-Fetch-Site: same-origin\r\n");
  }

  /** Sends a body without encoding it, with additional header lines. */
  public RawHttp.Response postRaw(String path, String body, String moreHeaders) {
    return exchange(
        "POST "
            + path
            + " HTTP/1.1\r\n"
            + headers(moreHeaders)
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  /** Fills in fields of the form of the first matching button, and presses the button. */
  public RawHttp.Response press(Document page, String button, String... typed) {
    var pressed = page.expectFirst(button);
    var form = Objects.requireNonNull(pressed.closest("form"), "the button belongs to no form");
    var fields = new LinkedHashMap<String, String>();
    for (var field : form.select("input[name], textarea[name]")) {
      fields.put(
          field.attr("name"), field.normalName().equals("input") ? field.val() : field.wholeText());
    }
    if (pressed.hasAttr("name")) {
      fields.put(pressed.attr("name"), pressed.val());
    }
    for (int i = 0; i < typed.length; i += 2) {
      assertThat(fields).as("field of the form").containsKey(typed[i]);
      fields.put(typed[i], typed[i + 1]);
    }
    return post(form.attr("action"), fields);
  }

  /** Follows a redirect. */
  public RawHttp.Response follow(RawHttp.Response redirect) {
    assertThat(redirect.status()).as(redirect.body()).isEqualTo(303);
    return get(redirect.header("Location"));
  }

  /** Puts copies of a book into the basket. */
  public RawHttp.Response add(int book, int quantity) {
    return follow(
        post(
            "/basket",
            "change",
            "add",
            "book",
            String.valueOf(book),
            "quantity",
            String.valueOf(quantity)));
  }

  /** Encodes fields as a browser does. */
  public static String encoded(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private String headers(String more) {
    var sent =
        cookies.entrySet().stream()
            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
            .collect(Collectors.joining("; "));
    return "Host: shop\r\nConnection: close\r\n"
        + more
        + (sent.isEmpty() ? "" : "Cookie: " + sent + "\r\n");
  }

  private RawHttp.Response exchange(String request) {
    var response = RawHttp.exchange(port, request);
    for (int i = 1; i < MAX_ATTEMPTS && retries && canBeRepeated(request, response); i++) {
      response = RawHttp.exchange(port, request);
    }
    return storeCookies(response);
  }

  /** Returns whether backends can cause the response, and the request has changed nothing. */
  private static boolean canBeRepeated(String request, RawHttp.Response response) {
    return isWithoutCatalogue(response)
        || (request.startsWith("GET ") && response.missedADeadline());
  }

  private static boolean isWithoutCatalogue(RawHttp.Response response) {
    return response.status() == 503
        && (response.body().contains("We could not load the catalogue")
            || response.body().contains("无法加载书目"));
  }

  private RawHttp.Response storeCookies(RawHttp.Response response) {
    var set = response.header("Set-Cookie");
    for (var cookie : set.isEmpty() ? new String[0] : set.split(", ")) {
      var name = cookie.substring(0, cookie.indexOf('='));
      var value = cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';'));
      if (cookie.contains("Max-Age=0;")) {
        cookies.remove(name);
      } else {
        cookies.put(name, value);
      }
    }
    return response;
  }
}
