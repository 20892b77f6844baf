package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.LocalizedException;
import dev.bookmarket.marketplace.language.Message;
import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.client.BackendUnavailableException;
import dev.bookmarket.runtime.client.GrpcFutures;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps the exceptions of handlers to HTTP statuses and error pages. */
public record ExceptionHandlers(Templates templates) {
  private static final Logger log = LoggerFactory.getLogger(ExceptionHandlers.class);

  /** The Retry-After header in seconds; a service that is available again is used within 5 s. */
  public static final String RETRY_AFTER = "5";

  /** Set on a request before its error page is rendered, because rendering can fail too. */
  private static final String ERROR_PAGE_BEGUN = "error page begun";

  /** Handles all exceptions of the routes. */
  public void addTo(RoutesConfig routes) {
    routes.exception(Exception.class, (failure, ctx) -> respond(ctx, GrpcFutures.causeOf(failure)));
    // Override Javalin's own mapper for these, which is more specific than the one above.
    routes.exception(HttpResponseException.class, (failure, ctx) -> respond(ctx, failure));
  }

  private void respond(Context ctx, Throwable failure) {
    if (failure instanceof MethodNotAllowedResponse notAllowed) {
      var methods = String.join(", ", notAllowed.getDetails().values());
      ctx.header("Allow", methods.contains("GET") ? methods + ", HEAD" : methods);
    }
    if (ctx.attribute(ERROR_PAGE_BEGUN) != null) {
      respondWithText(ctx, failure);
      return;
    }
    ctx.attribute(ERROR_PAGE_BEGUN, true);
    var page = pageOf(failure, ctx);
    ctx.status(page.status());
    try {
      templates.render(ctx, "error", page);
    } catch (RuntimeException e) {
      respondWithText(ctx, e);
    }
    page.headers().forEach(ctx::header);
  }

  private static void respondWithText(Context ctx, Throwable failure) {
    ErrorLog.log(log, "the error page", failure);
    ctx.contentType("text/plain; charset=utf-8").result("Error " + ctx.statusCode() + "\n");
  }

  private static ErrorPage pageOf(Throwable failure, Context ctx) {
    if (failure instanceof LocalizedException localized) {
      return new ErrorPage(localized.status(), localized.title(), localized.text(), "");
    }
    if (failure instanceof BackendUnavailableException unavailable) {
      var title = "error.unavailable." + unavailable.service();
      return new ErrorPage(503, Message.of(title), Message.of(title + ".text"), "");
    }
    if (failure instanceof RejectedRequestException rejection) {
      // The service has a rule that no page checks: show its message, which is in English.
      var message = Message.of("error.backend", String.valueOf(rejection.getMessage()));
      return switch (rejection.reason()) {
        case INVALID -> new ErrorPage(400, Message.of("error.invalid"), message, "");
        case NOT_FOUND -> new ErrorPage(404, message, Message.of("error.not-found.text"), "");
        case ALREADY_EXISTS -> new ErrorPage(409, Message.of("error.exists"), message, "");
      };
    }
    if (failure instanceof HttpResponseException response && response.getStatus() < 500) {
      return ErrorPage.of(response.getStatus());
    }
    return ErrorPage.unexpected(
        ErrorLog.log(log, ctx.method() + " " + ctx.endpoint().path, failure));
  }
}
