package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.LocalizedException;
import io.javalin.http.Context;
import io.javalin.http.RequestTimeoutResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Reads request bodies of limited size. */
public final class RequestBody {
  private RequestBody() {}

  /**
   * Returns the body; empty if it has more than {@code limit} bytes. Does not read a body whose
   * declared length exceeds the limit, so the client gets no 100 (Continue).
   *
   * @throws LocalizedException if the body is incomplete or its chunks are invalid
   * @throws RequestTimeoutResponse if the client stops sending before the end
   */
  public static Optional<byte[]> read(Context ctx, int limit) {
    if (ctx.req().getContentLengthLong() > limit) {
      return Optional.empty();
    }
    try {
      // Not Javalin's limit: it is the same for all routes, and it logs every request above it.
      var body = ctx.bodyInputStream().readNBytes(limit + 1);
      return body.length > limit ? Optional.empty() : Optional.of(body);
    } catch (IOException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw new RequestTimeoutResponse();
      }
      throw LocalizedException.invalid("error.invalid.form");
    }
  }
}
