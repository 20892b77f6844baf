package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.backend.BackendUnavailable;
import dev.bookmarket.marketplace.backend.Calls;
import dev.bookmarket.marketplace.language.Language;
import dev.bookmarket.marketplace.language.Message;
import dev.bookmarket.marketplace.language.RefusedRequest;
import dev.bookmarket.marketplace.language.Words;
import dev.bookmarket.runtime.Incident;
import dev.bookmarket.runtime.Refusal;
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
    routes.exception(
        Exception.class, (failure, request) -> answer(request, Calls.causeOf(failure)));
    // Javalin brings a mapper of its own for these, which would win over the one above.
    routes.exception(HttpResponseException.class, (failure, request) -> answer(request, failure));
  }

  private void answer(Context request, Throwable failure) {
    if (failure instanceof BackendUnavailable) {
      request.header("Retry-After", RETRY_AFTER);
    }
    if (failure instanceof MethodNotAllowedResponse refused) {
      var methods = String.join(", ", refused.getDetails().values());
      request.header("Allow", methods.contains("GET") ? methods + ", HEAD" : methods);
    }
    var page = pageOf(failure, request);
    request.status(page.status());
    try {
      templates.render(request, "error", page);
      if (page.status() >= 500) {
        request.header("Cache-Control", "no-store");
      }
    } catch (RuntimeException e) {
      Incident.log(log, "the error page", e);
      request
          .contentType("text/plain; charset=utf-8")
          .result(Words.in(Language.ENGLISH).of(page.title()) + "\n");
    }
  }

  private static ErrorPage pageOf(Throwable failure, Context request) {
    if (failure instanceof RefusedRequest refused) {
      return pageOf(refused.reason(), refused.words());
    }
    if (failure instanceof Refusal refusal) {
      // A rule of the service that no page of ours knows: its words, in English, are all there is.
      return pageOf(refusal.reason(), Message.of("error.backend", refusal.getMessage()));
    }
    if (failure instanceof BackendUnavailable unavailable) {
      return pageOf(unavailable);
    }
    if (failure instanceof HttpResponseException refused && refused.getStatus() < 500) {
      return ErrorPage.of(refused.getStatus());
    }
    return ErrorPage.fault(
        Incident.log(log, request.method() + " " + request.endpoint().path, failure));
  }

  private static ErrorPage pageOf(Refusal.Reason reason, Message words) {
    return switch (reason) {
      case INVALID -> new ErrorPage(400, Message.of("error.invalid"), words, "");
      case NOT_FOUND -> new ErrorPage(404, words, Message.of("error.not-found.words"), "");
      case ALREADY_EXISTS -> new ErrorPage(409, Message.of("error.exists"), words, "");
    };
  }

  private static ErrorPage pageOf(BackendUnavailable failure) {
    return failure.service().equals("OrderService")
        ? new ErrorPage(
            503,
            Message.of("error.orders"),
            failure.meaning().orElseGet(() -> Message.of("error.orders.words")),
            "")
        : ErrorPage.of(503, "error.shelves", "error.shelves.words");
  }
}
