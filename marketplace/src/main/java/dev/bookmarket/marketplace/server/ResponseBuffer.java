package dev.bookmarket.marketplace.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.ByteArrayOutputStream2;
import org.eclipse.jetty.util.Callback;

/**
 * Keeps each response in memory until it is complete, then writes it without blocking. Responses
 * are completed by the few rendering threads and by gRPC's threads, which read the responses of the
 * backends: if the write to a slow client blocked such a thread, other visitors would wait.
 */
final class ResponseBuffer extends Handler.Wrapper {
  private final RequestMemoryBudget memoryBudget;

  ResponseBuffer(RequestMemoryBudget memoryBudget) {
    this.memoryBudget = memoryBudget;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    var buffered = new BufferedResponse(request, response, callback);
    return super.handle(request, buffered, buffered);
  }

  /** A response, and the callback that the handlers call when it is complete. */
  private final class BufferedResponse extends Response.Wrapper implements Callback {
    private final Callback callback;
    private final ByteArrayOutputStream2 content = new ByteArrayOutputStream2();

    BufferedResponse(Request request, Response response, Callback callback) {
      super(request, response);
      this.callback = callback;
    }

    @Override
    public void write(boolean last, ByteBuffer part, Callback written) {
      try {
        if (part != null) {
          BufferUtil.writeTo(part, content);
        }
      } catch (IOException e) {
        written.failed(e);
        return;
      }
      written.succeeded();
    }

    @Override
    public void reset() {
      content.reset();
      super.reset();
    }

    @Override
    public void succeeded() {
      var request = getRequest();
      memoryBudget.end(request); // the body
      memoryBudget.begin(request, content.size());
      getWrapped()
          .write(
              true,
              ByteBuffer.wrap(content.getBuf(), 0, content.size()), // not a copy
              Callback.from(() -> memoryBudget.end(request), callback));
    }

    @Override
    public void failed(Throwable failure) {
      memoryBudget.end(getRequest()); // the body
      callback.failed(failure);
    }

    @Override
    public InvocationType getInvocationType() {
      return callback.getInvocationType();
    }
  }
}
