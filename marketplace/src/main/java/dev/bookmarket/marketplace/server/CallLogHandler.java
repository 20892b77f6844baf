package dev.bookmarket.marketplace.server;

import dev.bookmarket.runtime.Priority;
import dev.bookmarket.runtime.client.CallLog;
import io.grpc.Context;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Gives the gRPC calls of each request its {@link Priority}, and records them in a {@link CallLog},
 * an attribute of the request.
 */
final class CallLogHandler extends Handler.Wrapper {
  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    var calls = new CallLog();
    request.setAttribute(CallLog.class.getName(), calls);
    return Context.current()
        .withValue(Priority.KEY, AdmissionHandler.priorityOf(request))
        .call(() -> calls.record(() -> super.handle(request, response, callback)));
  }
}
