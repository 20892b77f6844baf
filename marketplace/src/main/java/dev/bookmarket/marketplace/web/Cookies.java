package dev.bookmarket.marketplace.web;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Objects;

/**
 * The shop's cookies: for the whole site, out of reach of scripts, and not sent along with what
 * other sites ask for. They are secure where the visitor came over https, be it to us or to a proxy
 * that says so in {@code X-Forwarded-Proto}. A visitor who forges that header loses nothing but
 * their own cookies, so it needs no trust.
 */
public final class Cookies {
  private Cookies() {}

  /** What the visitor's browser sent under that name; empty if it sent nothing. */
  public static String read(Context request, String name) {
    return Objects.requireNonNullElse(request.cookie(name), "");
  }

  /**
   * Has the browser keep a cookie; the last of several under one name in an answer counts.
   *
   * @param value of letters, digits, dots, hyphens and underscores
   */
  public static void write(Context request, String name, String value, Duration age) {
    // Javalin's own way takes a cookie whose value is part of another's for that one.
    var response = request.res();
    var others =
        response.getHeaders("Set-Cookie").stream()
            .filter(cookie -> !cookie.startsWith(name + "="))
            .toList();
    response.setHeader(
        "Set-Cookie",
        "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s"
            .formatted(name, value, age.toSeconds(), isOverHttps(request) ? "; Secure" : ""));
    others.forEach(cookie -> response.addHeader("Set-Cookie", cookie));
  }

  /** Has the browser forget a cookie. */
  public static void delete(Context request, String name) {
    write(request, name, "", Duration.ZERO);
  }

  private static boolean isOverHttps(Context request) {
    // Of several proxies, the first spoke with the visitor.
    var forwarded = Objects.requireNonNullElse(request.header("X-Forwarded-Proto"), "");
    return request.scheme().equals("https")
        || forwarded.split(",", 2)[0].strip().equalsIgnoreCase("https");
  }
}
