package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.LocalizedException;
import io.javalin.http.Context;
import io.javalin.http.RequestTimeoutResponse;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Gives handlers the request bodies, which the web server has received before it calls them. */
public final class RequestBody {
  /** The attribute with the body as bytes, or with the {@code Throwable} that ended it early. */
  public static final String ATTRIBUTE = RequestBody.class.getName();

  private RequestBody() {}

  /**
   * Returns the body; empty if it has more than {@code limit} bytes. The client gets no 100
   * (Continue) for a body whose declared length exceeds the web server's limit.
   *
   * @throws LocalizedException if the body is incomplete or its chunks are invalid
   * @throws RequestTimeoutResponse if the client is too slow or stops sending before the end
   */
  public static Optional<byte[]> read(Context ctx, int limit) {
    if (ctx.req().getContentLengthLong() > limit) {
      return Optional.empty();
    }
    Object body = ctx.attribute(ATTRIBUTE);
    if (body instanceof byte[] bytes) {
      return bytes.length > limit ? Optional.empty() : Optional.of(bytes);
    }
    if (body instanceof TimeoutException) {
      throw new RequestTimeoutResponse();
    }
    throw LocalizedException.invalid("error.invalid.form");
  }
}
