package dev.bookmarket.marketplace.web;

import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
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
 * with user info or a fragment, which HTTP does not allow.
 */
final class RequestFilter extends Handler.Wrapper {
  private static final Set<String> METHODS = Set.of("GET", "POST");

  /** Not an HTTP method, so no route has it, and Javalin answers 405 or 404. */
  private static final String UNSUPPORTED = "UNSUPPORTED";

  /** Javalin uses the value of this header as the method. */
  private static final String METHOD_OVERRIDE = "X-HTTP-Method-Override";

  /**
   * Rejects a path with percent-encoding or path parameters. No path of the shop contains either;
   * accepting them would give each page several URLs.
   */
  static void rejectEncodedPaths(Context ctx) {
    if (ctx.path().indexOf('%') >= 0 || ctx.path().indexOf(';') >= 0) {
      throw new NotFoundResponse();
    }
  }

  @Override
  public boolean handle(Request ctx, Response response, Callback callback) throws Exception {
    var target = ctx.getHttpURI();
    if (target.getUser() != null || target.getFragment() != null) {
      Response.writeError(ctx, response, callback, HttpStatus.BAD_REQUEST_400);
      return true;
    }
    if ("*".equals(target.getPath())) { // OPTIONS for the server as a whole
      Response.writeError(ctx, response, callback, HttpStatus.METHOD_NOT_ALLOWED_405);
      return true;
    }
    return super.handle(new Filtered(ctx), response, callback);
  }

  private static final class Filtered extends Request.Wrapper {
    private final HttpFields headers;

    Filtered(Request ctx) {
      super(ctx);
      var fields = HttpFields.build(ctx.getHeaders()).remove(METHOD_OVERRIDE);
      if (!HttpMethod.POST.is(ctx.getMethod())) {
        // Javalin would decode the query with the charset of this header.
        fields.remove(HttpHeader.CONTENT_TYPE);
      }
      headers = fields.asImmutable();
    }

    @Override
    public HttpFields getHeaders() {
      return headers;
    }

    /**
     * Returns GET for HEAD: Jetty leaves out the body, where Javalin would answer 200 without
     * headers, whether there is such a page or not. Javalin has pseudo methods such as BEFORE, so
     * all others are replaced.
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
