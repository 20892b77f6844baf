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
 * A visitor with a browser that keeps cookies, fills in forms and follows redirects, and has no
 * JavaScript; who comes again for a while where the catalogue is out of reach, since on a busy
 * machine a healthy one too misses a deadline. For one thread.
 */
public final class Shopper {
  private static final int VISITS = 20;

  private final int port;
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private boolean patient = true;

  /** A visitor of the shop on that port, who was never there before. */
  public Shopper(int port) {
    this.port = port;
  }

  /** Another browser window of the same visitor: with the same cookies, as they are now. */
  public Shopper otherWindow() {
    var other = new Shopper(port);
    other.cookies.putAll(cookies);
    other.patient = patient;
    return other;
  }

  /** Whether to come again where the catalogue is out of reach, or to take that for the answer. */
  public void setPatient(boolean patient) {
    this.patient = patient;
  }

  /** The cookie's value; empty if there is none. */
  public String cookie(String name) {
    return cookies.getOrDefault(name, "");
  }

  /** Has that cookie from now on. */
  public void setCookie(String name, String value) {
    cookies.put(name, value);
  }

  /** Opens a page. */
  public RawHttp.Answer get(String path) {
    return exchange("GET " + path + " HTTP/1.1\r\n" + headers("") + "\r\n");
  }

  /** Sends fields, given as name, value, name, value, and so on. */
  public RawHttp.Answer post(String path, String... fields) {
    var form = new LinkedHashMap<String, String>();
    for (int i = 0; i < fields.length; i += 2) {
      form.put(fields[i], fields[i + 1]);
    }
    return post(path, form);
  }

  /** Sends fields. */
  public RawHttp.Answer post(String path, Map<String, String> fields) {
    return postRaw(path, encoded(fields), "Sec-Fetch-Site: same-origin\r\n");
  }

  /** Sends a body as it is, with these header lines too. */
  public RawHttp.Answer postRaw(String path, String body, String moreHeaders) {
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

  /** Presses the first such button of a page, after having typed into fields of its form. */
  public RawHttp.Answer press(Document page, String button, String... typed) {
    var pressed = page.expectFirst(button);
    var form = Objects.requireNonNull(pressed.closest("form"), "a button outside of any form");
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

  /** Goes where a redirect leads. */
  public RawHttp.Answer follow(RawHttp.Answer redirect) {
    assertThat(redirect.status()).as(redirect.body()).isEqualTo(303);
    return get(redirect.header("Location"));
  }

  /** Puts so many of a book into the basket. */
  public RawHttp.Answer add(int book, int quantity) {
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

  /** The fields as a browser encodes them. */
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

  private RawHttp.Answer exchange(String request) {
    var answer = RawHttp.exchange(port, request);
    // Nothing was changed by then, nor are the cookies of such an answer kept: it never happened.
    for (int i = 1; i < VISITS && patient && lacksTheCatalogue(answer); i++) {
      answer = RawHttp.exchange(port, request);
    }
    return keep(answer);
  }

  private static boolean lacksTheCatalogue(RawHttp.Answer answer) {
    return answer.status() == 503 && answer.body().contains("Our shelves are out of reach");
  }

  private RawHttp.Answer keep(RawHttp.Answer answer) {
    var set = answer.header("Set-Cookie");
    for (var cookie : set.isEmpty() ? new String[0] : set.split(", ")) {
      var name = cookie.substring(0, cookie.indexOf('='));
      var value = cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';'));
      if (cookie.contains("Max-Age=0;")) {
        cookies.remove(name);
      } else {
        cookies.put(name, value);
      }
    }
    return answer;
  }
}
