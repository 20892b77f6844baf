package dev.bookmarket.marketplace.server;

import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.HandlerType;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rejects a POST that a page of another site makes the visitor's browser send. Browsers send the
 * origin of a request in {@code Sec-Fetch-Site}. Old browsers, and all browsers over plain HTTP,
 * send only {@code Origin}. Scripts can change neither header. A request without both is accepted:
 * it comes from a program such as curl, which has no cookies of visitors, or from a browser that is
 * ten years old, which only the cookies' SameSite protects.
 *
 * <p>The origin is compared with {@code Host}, which a proxy must pass on unchanged. {@code
 * X-Forwarded-Host} is ignored, because any client can send it.
 */
final class SameOrigin {
  /** Accepted values of Sec-Fetch-Site; "none" is an action of the visitor, such as a reload. */
  private static final Set<String> ACCEPTED_SITES = Set.of("same-origin", "none");

  private static final Pattern ORIGIN = Pattern.compile("(https?)://(.+)");
  private static final Pattern AUTHORITY =
      Pattern.compile("(\\[[0-9a-f:.]+]|[^:@/?#\\[\\]]+?)\\.?(?::([0-9]*))?");

  private SameOrigin() {}

  static void rejectOthers(Context ctx) {
    if (ctx.method().equals(HandlerType.POST) && !isAccepted(ctx)) {
      throw new ForbiddenResponse();
    }
  }

  private static boolean isAccepted(Context ctx) {
    var sites = Collections.list(ctx.req().getHeaders("Sec-Fetch-Site"));
    if (!sites.isEmpty()) {
      return ACCEPTED_SITES.containsAll(sites);
    }
    return Collections.list(ctx.req().getHeaders("Origin")).stream()
        .allMatch(origin -> isOriginOf(origin, ctx.header("Host"), ctx.req().isSecure()));
  }

  /**
   * Returns whether the origin has this host and port. Uses the scheme of the origin for the
   * default port, because a proxy that terminates TLS and is not trusted hides the scheme of the
   * request. If the request is known to be over HTTPS, its origin must be too: anyone between the
   * visitor and the shop can forge a page over plain HTTP.
   */
  private static boolean isOriginOf(String origin, @Nullable String host, boolean isSecure) {
    var parts = ORIGIN.matcher(origin.toLowerCase(Locale.ROOT));
    if (host == null || !parts.matches()) {
      return false; // also "null", which sandboxed pages and redirects from other sites send
    }
    var isHttps = parts.group(1).equals("https");
    if (isSecure && !isHttps) {
      return false;
    }
    var defaultPort = isHttps ? "443" : "80";
    var expected = hostAndPort(host.toLowerCase(Locale.ROOT), defaultPort);
    return expected.isPresent() && expected.equals(hostAndPort(parts.group(2), defaultPort));
  }

  private static Optional<String> hostAndPort(String authority, String defaultPort) {
    var parts = AUTHORITY.matcher(authority);
    if (!parts.matches()) {
      return Optional.empty();
    }
    var port = parts.group(2);
    return Optional.of(
        parts.group(1) + ":" + (port == null || port.isEmpty() ? defaultPort : port));
  }
}
