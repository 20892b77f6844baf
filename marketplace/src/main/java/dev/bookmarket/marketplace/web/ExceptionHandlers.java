package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.Language;
import dev.bookmarket.marketplace.language.LocalizedRejectionException;
import dev.bookmarket.marketplace.language.LocalizedUnavailableException;
import dev.bookmarket.marketplace.language.Message;
import dev.bookmarket.marketplace.language.Messages;
import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.RejectedRequestException;
import dev.bookmarket.runtime.client.GrpcFutures;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps the exceptions of handlers to HTTP statuses and error pages. */
public final class ExceptionHandlers {
  private static final Logger log = LoggerFactory.getLogger(ExceptionHandlers.class);

  /** The Retry-After header in seconds; a service that is available again is used within 5 s. */
  public static final String RETRY_AFTER = "5";

  private final Templates templates;

  /** Creates a mapper that renders these templates. */
  public ExceptionHandlers(Templates templates) {
    this.templates = templates;
  }

  /** Handles all exceptions of the routes. */
  public void addTo(RoutesConfig routes) {
    routes.exception(Exception.class, (failure, ctx) -> respond(ctx, GrpcFutures.causeOf(failure)));
    // Override Javalin's own mapper for these, which is more specific than the one above.
    routes.exception(HttpResponseException.class, (failure, ctx) -> respond(ctx, failure));
  }

  private void respond(Context ctx, Throwable failure) {
    if (failure instanceof LocalizedUnavailableException) {
      ctx.header("Retry-After", RETRY_AFTER);
    }
    if (failure instanceof MethodNotAllowedResponse notAllowed) {
      var methods = String.join(", ", notAllowed.getDetails().values());
      ctx.header("Allow", methods.contains("GET") ? methods + ", HEAD" : methods);
    }
    var page = pageOf(failure, ctx);
    ctx.status(page.status());
    try {
      templates.render(ctx, "error", page);
      if (page.status() >= 500) {
        ctx.header("Cache-Control", "no-store");
      }
    } catch (RuntimeException e) {
      ErrorLog.log(log, "the error page", e);
      ctx.contentType("text/plain; charset=utf-8")
          .result(Messages.in(Language.ENGLISH).of(page.title()) + "\n");
    }
  }

  private static ErrorPage pageOf(Throwable failure, Context ctx) {
    if (failure instanceof LocalizedRejectionException rejection) {
      return pageOf(
          rejection.reason(), rejection.message(), Message.of(rejection.message().key() + ".text"));
    }
    if (failure instanceof RejectedRequestException rejection) {
      // The service has a rule that no page checks: show its message, which is in English.
      return pageOf(
          rejection.reason(),
          Message.of("error.backend", rejection.getMessage()),
          Message.of("error.not-found.text"));
    }
    if (failure instanceof LocalizedUnavailableException unavailable) {
      return new ErrorPage(503, unavailable.heading(), unavailable.text(), "");
    }
    if (failure instanceof HttpResponseException response && response.getStatus() < 500) {
      return ErrorPage.of(response.getStatus());
    }
    return ErrorPage.unexpected(
        ErrorLog.log(log, ctx.method() + " " + ctx.endpoint().path, failure));
  }

  private static ErrorPage pageOf(
      RejectedRequestException.Reason reason, Message message, Message notFoundText) {
    return switch (reason) {
      case INVALID -> new ErrorPage(400, Message.of("error.invalid"), message, "");
      case NOT_FOUND -> new ErrorPage(404, message, notFoundText, "");
      case ALREADY_EXISTS -> new ErrorPage(409, Message.of("error.exists"), message, "");
    };
  }
}
