package dev.bookmarket.marketplace.server;

import dev.bookmarket.marketplace.jsonrpc.JsonRpc;
import dev.bookmarket.marketplace.web.Form;
import dev.bookmarket.marketplace.web.RequestBody;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Calls the next handler when the body of a POST has arrived, so that no thread waits for a slow
 * client. The body, or the reason why it is incomplete, becomes an attribute for {@link
 * RequestBody}. A body that is declared to be too long is not read, and neither is the rest of
 * another one that is too long.
 *
 * <p>Jetty's EagerContentHandler would keep a buffer of 8 KB for each chunk, however short, would
 * not limit the total time, and loses failures of the next handler.
 */
final class BodyLoader extends Handler.Wrapper {
  private final RequestMemoryBudget memoryBudget;
  private final Duration maxTime;

  /** Creates a handler that waits at most {@code maxTime} for the whole body. */
  BodyLoader(RequestMemoryBudget memoryBudget, Duration maxTime) {
    this.memoryBudget = memoryBudget;
    this.maxTime = maxTime;
  }

  static boolean isJsonRpc(Request request) {
    return request.getHttpURI().getPath().equals("/jsonrpc");
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    int maxLength = isJsonRpc(request) ? JsonRpc.MAX_LENGTH : Form.MAX_BYTES;
    if (!HttpMethod.POST.is(request.getMethod()) || request.getLength() > maxLength) {
      return super.handle(request, response, callback);
    }
    var client = request.getConnectionMetaData().getConnection().getEndPoint();
    new Body(
            request,
            maxLength,
            () -> handle(getHandler(), request, response, callback),
            memoryBudget,
            client,
            client.getIdleTimeout(),
            System.nanoTime() + maxTime.toNanos(),
            new ByteArrayOutputStream())
        .run();
    return true;
  }

  /** Calls a handler like Jetty does. */
  static void handle(Handler handler, Request request, Response response, Callback callback) {
    try {
      if (!handler.handle(request, response, callback)) {
        Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
      }
    } catch (Exception | Error e) {
      Response.writeError(request, response, callback, e);
    }
  }

  private record Body(
      Request request,
      int maxLength,
      Runnable next,
      RequestMemoryBudget memoryBudget,
      EndPoint client,
      long idleTimeout,
      long deadline,
      ByteArrayOutputStream bytes)
      implements Runnable {
    /** Reads what has arrived, and is called again when more arrives. */
    @Override
    public void run() {
      for (var chunk = request.read(); chunk != null; chunk = request.read()) {
        if (Content.Chunk.isFailure(chunk)) {
          end(chunk.getFailure(), 0);
          return;
        }
        bytes.writeBytes(BufferUtil.toArray(chunk.getByteBuffer()));
        chunk.release();
        if (chunk.isLast() || bytes.size() > maxLength) {
          end(bytes.toByteArray(), bytes.size());
          return;
        }
      }
      var left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      if (left <= 0) {
        end(new TimeoutException(), 0);
        return;
      }
      memoryBudget.begin(request, maxLength);
      client.setIdleTimeout(left);
      request.demand(this);
    }

    private void end(Object body, int length) {
      client.setIdleTimeout(idleTimeout);
      request.setAttribute(RequestBody.ATTRIBUTE, body);
      memoryBudget.end(request);
      memoryBudget.begin(request, length); // until ResponseBuffer has the response
      next.run();
    }
  }
}
