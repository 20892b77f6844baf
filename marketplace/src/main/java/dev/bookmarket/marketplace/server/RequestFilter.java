package dev.bookmarket.marketplace.server;

import dev.bookmarket.marketplace.language.LocalizedException;
import dev.bookmarket.marketplace.web.Form;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Removes from requests what Javalin would interpret and the shop does not support. Rejects targets
 * with user info or a fragment, which HTTP does not allow. Makes requests secure, in the sense of
 * {@link Request#isSecure}, if the client uses HTTPS.
 */
final class RequestFilter extends Handler.Wrapper {
  private static final Set<String> METHODS = Set.of("GET", "POST");

  /** Not an HTTP method: no route has it, so Javalin responds with 405 or 404. */
  private static final String UNSUPPORTED = "UNSUPPORTED";

  /** Javalin uses the value of this header as the method. */
  private static final String METHOD_OVERRIDE = "X-HTTP-Method-Override";

  /** Javalin responds with 404 to each request with this header. */
  private static final String WEB_SOCKET = "Sec-WebSocket-Version";

  private final TrustedProxies proxies;

  RequestFilter(TrustedProxies proxies) {
    this.proxies = proxies;
  }

  /**
   * Rejects a path with percent-encoding or path parameters. No path of the shop contains either;
   * accepting them would give each page several URLs.
   */
  static void rejectEncodedPath(Context ctx) {
    if (ctx.path().indexOf('%') >= 0 || ctx.path().indexOf(';') >= 0) {
      throw new NotFoundResponse();
    }
  }

  /**
   * Rejects a query that is not valid UTF-8 or not percent-encoded correctly: Javalin would fail,
   * or replace the invalid bytes. Some clients send UTF-8 without percent-encoding; Jetty decodes
   * it, with U+FFFD for invalid bytes. So that character is accepted only with percent-encoding.
   */
  static void rejectUnreadableQuery(Context ctx) {
    var query = Objects.requireNonNullElse(ctx.queryString(), "");
    if (query.indexOf('\ufffd') >= 0) {
      throw LocalizedException.invalid("error.invalid.address");
    }
    var bytes = query.getBytes(StandardCharsets.UTF_8);
    Form.decode(new String(bytes, StandardCharsets.ISO_8859_1), "error.invalid.address");
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    var target = request.getHttpURI();
    if (target.getUser() != null || target.getFragment() != null) {
      Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400);
      return true;
    }
    if ("*".equals(target.getPath())) { // OPTIONS for the server as a whole
      Response.writeError(request, response, callback, HttpStatus.METHOD_NOT_ALLOWED_405);
      return true;
    }
    return super.handle(new Filtered(request), response, callback);
  }

  private final class Filtered extends Request.Wrapper {
    private final HttpFields headers;

    Filtered(Request request) {
      super(request);
      var fields =
          HttpFields.build(request.getHeaders()).remove(METHOD_OVERRIDE).remove(WEB_SOCKET);
      if (!HttpMethod.POST.is(request.getMethod())) {
        // Javalin would decode the query with the charset of this header.
        fields.remove(HttpHeader.CONTENT_TYPE);
      }
      headers = fields.asImmutable();
    }

    @Override
    public HttpFields getHeaders() {
      return headers;
    }

    /** Returns whether the client uses HTTPS; evaluated only when needed, such as for a cookie. */
    @Override
    public boolean isSecure() {
      return proxies.isOverHttps(getWrapped());
    }

    /**
     * Returns GET for HEAD: Jetty omits the body, whereas Javalin would respond with 200 and
     * without headers even if the page does not exist. Javalin has pseudo methods such as BEFORE,
     * so all other methods are replaced.
     */
    @Override
    public String getMethod() {
      var method = super.getMethod();
      if (HttpMethod.HEAD.is(method)) {
        return HttpMethod.GET.asString();
      }
      return METHODS.contains(method) ? method : UNSUPPORTED;
    }
  }
}
