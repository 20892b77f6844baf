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

/** The one place where what a handler throws becomes an HTTP status and a page. */
public final class Failures {
  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  /** After how many seconds a visitor may try again; a backend that came back is seen within 5. */
  public static final String RETRY_AFTER = "5";

  private final Templates templates;

  /** A mapper that answers with those templates. */
  public Failures(Templates templates) {
    this.templates = templates;
  }

  /** Has all that the routes throw end here. */
  public void handleIn(RoutesConfig routes) {
    routes.exception(Exception.class, (failure, ctx) -> answer(ctx, GrpcFutures.causeOf(failure)));
    // Javalin brings a mapper of its own for these, which would win over the one above.
    routes.exception(HttpResponseException.class, (failure, ctx) -> answer(ctx, failure));
  }

  private void answer(Context ctx, Throwable failure) {
    if (failure instanceof LocalizedUnavailableException) {
      ctx.header("Retry-After", RETRY_AFTER);
    }
    if (failure instanceof MethodNotAllowedResponse refused) {
      var methods = String.join(", ", refused.getDetails().values());
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
    if (failure instanceof LocalizedRejectionException refused) {
      return pageOf(
          refused.reason(), refused.message(), Message.of(refused.message().key() + ".text"));
    }
    if (failure instanceof RejectedRequestException refusal) {
      // A rule of the service that no page of ours knows: its words, in English, are all there is.
      return pageOf(
          refusal.reason(),
          Message.of("error.backend", refusal.getMessage()),
          Message.of("error.not-found.text"));
    }
    if (failure instanceof LocalizedUnavailableException unavailable) {
      return new ErrorPage(503, unavailable.heading(), unavailable.text(), "");
    }
    if (failure instanceof HttpResponseException refused && refused.getStatus() < 500) {
      return ErrorPage.of(refused.getStatus());
    }
    return ErrorPage.fault(ErrorLog.log(log, ctx.method() + " " + ctx.endpoint().path, failure));
  }

  private static ErrorPage pageOf(
      RejectedRequestException.Reason reason, Message words, Message because) {
    return switch (reason) {
      case INVALID -> new ErrorPage(400, Message.of("error.invalid"), words, "");
      case NOT_FOUND -> new ErrorPage(404, words, because, "");
      case ALREADY_EXISTS -> new ErrorPage(409, Message.of("error.exists"), words, "");
    };
  }
}
