package dev.bookmarket.marketplace.web;

import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.HandlerType;
import java.util.Locale;
import java.util.Set;

/**
 * Refuses what another site has a visitor's browser send. Every browser of today says where a
 * request comes from in {@code Sec-Fetch-Site}, older ones in {@code Origin}; what the browser says
 * there, no script can change. A request with neither comes from a program such as curl, which has
 * no visitor's cookies that could be abused, or from a browser that is ten years old: it is let
 * through, and the cookies' SameSite is all that protects the latter.
 */
final class SameOrigin {
  private static final Set<HandlerType> READS =
      Set.of(HandlerType.GET, HandlerType.HEAD, HandlerType.OPTIONS);

  private SameOrigin() {}

  static void refuseOthers(Context request) {
    if (!READS.contains(request.method()) && !isOurs(request)) {
      throw new ForbiddenResponse();
    }
  }

  private static boolean isOurs(Context request) {
    var site = request.header("Sec-Fetch-Site");
    if (site != null) {
      // "none" is the visitor's own doing, such as a reload.
      return site.equals("same-origin") || site.equals("none");
    }
    var origin = request.header("Origin");
    // Only the host counts: behind a proxy that ends TLS, our scheme is not the visitor's.
    return origin == null || hostOf(origin).equals(hostOf("//" + request.header("Host")));
  }

  /** Empty for "null", which is what a page in a sandbox and a redirect from elsewhere send. */
  private static String hostOf(String origin) {
    int slashes = origin.indexOf("//");
    return slashes < 0 ? "" : origin.substring(slashes + 2).toLowerCase(Locale.ROOT);
  }
}
