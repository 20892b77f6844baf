package dev.bookmarket.marketplace.web;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads and writes the shop's cookies: for all paths, HttpOnly and SameSite=Lax. They are Secure if
 * the visitor uses HTTPS, which a trusted proxy reports.
 */
public final class Cookies {
  /** The maximum age that browsers accept. */
  public static final Duration MAX_AGE = Duration.ofDays(400);

  /** Some programs add quotes to the value of a cookie. */
  private static final Pattern QUOTED = Pattern.compile("^\"(.*)\"$");

  private Cookies() {}

  /**
   * Returns the value of the first readable cookie with that name. A browser sends several with one
   * name if an older one has another path or domain.
   *
   * @param reader returns empty for a value that the shop did not write
   */
  public static <T> Optional<T> read(
      Context ctx, String name, Function<String, Optional<T>> reader) {
    return read(Collections.list(ctx.req().getHeaders("Cookie")), name, reader);
  }

  /** Like the other method, for the values of the Cookie headers of a request. */
  static <T> Optional<T> read(
      List<String> lines, String name, Function<String, Optional<T>> reader) {
    if (lines.stream().noneMatch(line -> line.contains(name))) {
      return Optional.empty(); // most requests lack most cookies
    }
    // As in RFC 6265, a semicolon always separates: in Jetty's parser, an unterminated quote in
    // one cookie hides all that follow.
    return lines.stream()
        .flatMap(line -> Arrays.stream(line.split(";")))
        .map(cookie -> cookie.split("=", 2))
        .filter(parts -> parts.length == 2 && parts[0].strip().equals(name))
        .map(parts -> QUOTED.matcher(parts[1].strip()).replaceFirst("$1"))
        .flatMap(value -> reader.apply(value).stream())
        .findFirst();
  }

  /**
   * Sets a cookie; replaces one with the same name in the same response.
   *
   * @param value letters, digits, dots, hyphens and underscores
   */
  public static void write(Context ctx, String name, String value, Duration age) {
    // Not ctx.cookie: it confuses cookies if the value of one is part of the value of another.
    var response = ctx.res();
    var others =
        response.getHeaders("Set-Cookie").stream()
            .filter(cookie -> !cookie.startsWith(name + "="))
            .toList();
    response.setHeader(
        "Set-Cookie",
        "%s=%s; Path=/; Max-Age=%s; HttpOnly; SameSite=Lax%s"
            .formatted(name, value, age.toSeconds(), ctx.req().isSecure() ? "; Secure" : ""));
    others.forEach(cookie -> response.addHeader("Set-Cookie", cookie));
  }

  /** Deletes a cookie in the browser. */
  public static void delete(Context ctx, String name) {
    write(ctx, name, "", Duration.ZERO);
  }
}
