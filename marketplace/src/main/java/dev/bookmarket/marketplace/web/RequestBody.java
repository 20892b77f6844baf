package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.LocalizedRejectionException;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Reads the bodies of requests up to a limit. */
public final class RequestBody {
  private RequestBody() {}

  /**
   * Returns the body; empty if it is longer than that number of bytes. A body whose declared length
   * is over the limit is not read, so that its client gets no 100 (Continue).
   *
   * @throws LocalizedRejectionException if the body is incomplete or its chunks are invalid
   * @throws HttpResponseException 408 if the client stops sending
   */
  public static Optional<byte[]> read(Context ctx, int limit) {
    if (ctx.req().getContentLengthLong() > limit) {
      return Optional.empty();
    }
    try {
      // Javalin has a limit too, but one for all routes, and it logs each excess.
      var body = ctx.bodyInputStream().readNBytes(limit + 1);
      return body.length > limit ? Optional.empty() : Optional.of(body);
    } catch (IOException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw new HttpResponseException(HttpStatus.REQUEST_TIMEOUT.getCode());
      }
      throw LocalizedRejectionException.invalid("error.invalid.form");
    }
  }
}
