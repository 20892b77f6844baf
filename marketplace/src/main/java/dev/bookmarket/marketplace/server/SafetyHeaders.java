package dev.bookmarket.marketplace.server;

import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Adds the security headers to every response: pages, assets and errors. */
final class SafetyHeaders extends Handler.Wrapper {
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
              "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
                  + " frame-ancestors 'none'",
          "Cross-Origin-Opener-Policy", "same-origin",
          "Cross-Origin-Resource-Policy", "same-origin",
          // Only names that browsers support; they log a warning for others.
          "Permissions-Policy",
              "camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(),"
                  + " payment=(), serial=(), usb=()",
          "Referrer-Policy", "same-origin",
          "X-Content-Type-Options", "nosniff");

  static void addTo(HttpFields.Mutable headers) {
    HEADERS.forEach(headers::put);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    addTo(response.getHeaders());
    return super.handle(request, response, callback);
  }
}
