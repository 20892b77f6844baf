package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.RefusedRequest;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** Reads the bodies of requests up to a limit. */
public final class RequestBody {
  private RequestBody() {}

  /**
   * Returns the body, or {@code limit + 1} bytes if it is longer than the limit. A body whose
   * declared length is over the limit is not read, so that its client gets no 100 (Continue).
   *
   * @throws RefusedRequest if the body is incomplete or its chunks are invalid
   * @throws HttpResponseException 408 if the client stops sending
   */
  public static byte[] read(Context request, int limit) {
    if (request.req().getContentLengthLong() > limit) {
      return new byte[limit + 1];
    }
    try {
      // Javalin has a limit too, but one for all routes, and it logs each excess.
      return request.bodyInputStream().readNBytes(limit + 1);
    } catch (IOException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw new HttpResponseException(HttpStatus.REQUEST_TIMEOUT.getCode());
      }
      throw RefusedRequest.invalid("error.invalid.form");
    }
  }
}
