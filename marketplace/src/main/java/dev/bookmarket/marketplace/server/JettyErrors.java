package dev.bookmarket.marketplace.server;

import dev.bookmarket.marketplace.language.Language;
import dev.bookmarket.marketplace.web.ColorScheme;
import dev.bookmarket.marketplace.web.ErrorPage;
import dev.bookmarket.marketplace.web.Preferences;
import dev.bookmarket.marketplace.web.Templates;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Renders our error page for requests that Jetty rejects, such as those with an invalid URL. */
final class JettyErrors extends ErrorHandler {
  private final Templates templates;

  JettyErrors(Templates templates) {
    this.templates = templates;
  }

  /** Returns true: for methods except GET, POST and HEAD, Jetty would send an empty page. */
  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int status,
      @Nullable String reason,
      @Nullable Throwable cause,
      Callback callback) {
    var page = ErrorPage.of(status);
    response.setStatus(page.status());
    if (page.status() == HttpStatus.METHOD_NOT_ALLOWED_405) {
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD, POST");
    }
    // Jetty has removed the headers that were set before the error.
    SafetyHeaders.addTo(response.getHeaders());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/html; charset=utf-8");
    var language =
        Language.accepted(request.getHeaders().getValuesList(HttpHeader.ACCEPT_LANGUAGE));
    var html = templates.html("error", page, new Preferences(language, ColorScheme.AUTO));
    response.write(true, ByteBuffer.wrap(html), callback);
  }
}
