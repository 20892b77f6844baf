package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.backend.BackendCall;
import dev.bookmarket.marketplace.backend.BackendCalls;
import io.javalin.http.Context;
import java.util.List;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Keeps in mind, for the foot of its page, which calls are made for a request. */
final class CallsOfPage extends Handler.Wrapper {
  private static final String ATTRIBUTE = BackendCalls.class.getName();

  /** The calls that were made for that request so far, in the order in which they began. */
  static List<BackendCall> of(Context request) {
    return request.attribute(ATTRIBUTE) instanceof BackendCalls calls ? calls.soFar() : List.of();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    var calls = new BackendCalls();
    request.setAttribute(ATTRIBUTE, calls);
    return calls.during(() -> super.handle(request, response, callback));
  }
}
