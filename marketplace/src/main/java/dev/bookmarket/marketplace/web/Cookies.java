package dev.bookmarket.marketplace.web;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The shop's cookies: for the whole site, out of reach of scripts, and not sent along with what
 * other sites ask for. They are secure where the visitor came over https, be it to us or to a proxy
 * that says so in {@code X-Forwarded-Proto}. A visitor who forges that header loses nothing but
 * their own cookies, so it needs no trust.
 */
public final class Cookies {
  private Cookies() {}

  /**
   * Returns the first cookie of that name that can be read. A browser sends several of one name
   * where an older one has another path or domain.
   *
   * @param reader returns nothing for a value that the shop did not write
   */
  public static <T> Optional<T> read(
      Context ctx, String name, Function<String, Optional<T>> reader) {
    // As in RFC 6265, a semicolon always separates: in Jetty's parser, an unterminated quote in
    // one cookie hides all that follow.
    return Collections.list(ctx.req().getHeaders("Cookie")).stream()
        .flatMap(line -> Arrays.stream(line.split(";")))
        .map(cookie -> cookie.split("=", 2))
        .filter(parts -> parts.length == 2 && parts[0].strip().equals(name))
        .flatMap(parts -> reader.apply(withoutQuotes(parts[1].strip())).stream())
        .findFirst();
  }

  /**
   * Has the browser keep a cookie; the last of several under one name in an answer counts.
   *
   * @param value of letters, digits, dots, hyphens and underscores
   */
  public static void write(Context ctx, String name, String value, Duration age) {
    // Javalin's own way takes a cookie whose value is part of another's for that one.
    var response = ctx.res();
    var others =
        response.getHeaders("Set-Cookie").stream()
            .filter(cookie -> !cookie.startsWith(name + "="))
            .toList();
    response.setHeader(
        "Set-Cookie",
        "%s=%s; Path=/; Max-Age=%s; HttpOnly; SameSite=Lax%s"
            .formatted(name, value, age.toSeconds(), isOverHttps(ctx) ? "; Secure" : ""));
    others.forEach(cookie -> response.addHeader("Set-Cookie", cookie));
  }

  /** Has the browser forget a cookie. */
  public static void delete(Context ctx, String name) {
    write(ctx, name, "", Duration.ZERO);
  }

  /** Some programs put quotes around values. */
  private static String withoutQuotes(String value) {
    return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }

  private static boolean isOverHttps(Context ctx) {
    // Of several proxies, the first spoke with the visitor.
    var forwarded = Objects.requireNonNullElse(ctx.header("X-Forwarded-Proto"), "");
    return ctx.scheme().equals("https")
        || forwarded.split(",", 2)[0].strip().equalsIgnoreCase("https");
  }
}
