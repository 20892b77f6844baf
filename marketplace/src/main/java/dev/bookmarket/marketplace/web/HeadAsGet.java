package dev.bookmarket.marketplace.web;

import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Has a HEAD answered by the route for GET; Jetty leaves out the body. Javalin would answer 200
 * with no headers, whether there is such a page or not.
 */
final class HeadAsGet extends Handler.Wrapper {
  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    return super.handle(
        HttpMethod.HEAD.is(request.getMethod()) ? new Get(request) : request, response, callback);
  }

  private static final class Get extends Request.Wrapper {
    Get(Request head) {
      super(head);
    }

    @Override
    public String getMethod() {
      return HttpMethod.GET.asString();
    }
  }
}
