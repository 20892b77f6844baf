package dev.bookmarket.marketplace.server;

import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Adds the security headers to every response: pages, assets and errors. To those over HTTPS, also
 * {@code Strict-Transport-Security}, which the standard forbids over plain HTTP.
 */
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

  /**
   * One year, the minimum of most guidelines: until then, a browser that has visited the shop over
   * HTTPS rejects plain HTTP for this host name. Without includeSubDomains, because the shop does
   * not know whether the subdomains of its host have TLS. Without preload, because the lists in the
   * browsers keep a domain for months after it is removed.
   */
  private static final HttpField STRICT_TRANSPORT_SECURITY =
      new PreEncodedHttpField(HttpHeader.STRICT_TRANSPORT_SECURITY, "max-age=31536000");

  private final TrustedProxies proxies;

  SafetyHeaders(TrustedProxies proxies) {
    this.proxies = proxies;
  }

  void addTo(Request request, HttpFields.Mutable headers) {
    HEADERS.forEach(headers::put);
    if (proxies.isOverHttps(request)) {
      headers.put(STRICT_TRANSPORT_SECURITY);
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    addTo(request, response.getHeaders());
    return super.handle(request, response, callback);
  }
}
