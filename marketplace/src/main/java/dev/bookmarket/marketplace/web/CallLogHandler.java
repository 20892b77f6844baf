package dev.bookmarket.marketplace.web;

import dev.bookmarket.runtime.client.CallLog;
import dev.bookmarket.runtime.client.CallRecord;
import io.javalin.http.Context;
import java.util.List;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Keeps in mind, for the foot of its page, which calls are made for a request. */
final class CallLogHandler extends Handler.Wrapper {
  private static final String ATTRIBUTE = CallLog.class.getName();

  /** The calls that were made for that request so far, in the order in which they began. */
  static List<CallRecord> of(Context ctx) {
    return ctx.attribute(ATTRIBUTE) instanceof CallLog calls ? calls.soFar() : List.of();
  }

  @Override
  public boolean handle(Request ctx, Response response, Callback callback) throws Exception {
    var calls = new CallLog();
    ctx.setAttribute(ATTRIBUTE, calls);
    return calls.during(() -> super.handle(ctx, response, callback));
  }
}
