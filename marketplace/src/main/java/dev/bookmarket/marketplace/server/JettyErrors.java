package dev.bookmarket.marketplace.server;

import dev.bookmarket.marketplace.web.ErrorPage;
import dev.bookmarket.marketplace.web.Preferences;
import dev.bookmarket.marketplace.web.Templates;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Responds with our error page to requests that do not reach a route: because Jetty rejects them,
 * such as those with an invalid URL, or because of overload. Each page is rendered once.
 */
final class JettyErrors extends ErrorHandler {
  private final Templates templates;
  private final SafetyHeaders safetyHeaders;
  private final Map<Preferences, Map<ErrorPage, byte[]>> pages = new ConcurrentHashMap<>();

  JettyErrors(Templates templates, SafetyHeaders safetyHeaders) {
    this.templates = templates;
    this.safetyHeaders = safetyHeaders;
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
    respond(request, response, status, callback);
  }

  /** Writes the whole response. */
  void respond(Request request, Response response, int status, Callback callback) {
    var page = ErrorPage.of(status);
    var preferences =
        Preferences.of(
            request.getHeaders().getValuesList(HttpHeader.COOKIE),
            request.getHeaders().getValuesList(HttpHeader.ACCEPT_LANGUAGE));
    var html =
        pages
            .computeIfAbsent(preferences, any -> new ConcurrentHashMap<>())
            .computeIfAbsent(page, any -> templates.html("error", page, preferences));
    response.setStatus(page.status());
    // Jetty has removed the headers that were set before an error.
    safetyHeaders.addTo(request, response.getHeaders());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/html; charset=utf-8");
    response.getHeaders().put(HttpHeader.CONTENT_LANGUAGE, preferences.language().tag());
    response.getHeaders().put(HttpHeader.VARY, "Accept-Language, Cookie");
    if (page.status() == HttpStatus.METHOD_NOT_ALLOWED_405) {
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD, POST");
    }
    page.headers().forEach(response.getHeaders()::put);
    response.write(true, ByteBuffer.wrap(html), callback);
  }
}
