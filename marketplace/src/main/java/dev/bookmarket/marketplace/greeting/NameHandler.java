package dev.bookmarket.marketplace.greeting;

import dev.bookmarket.marketplace.web.Form;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;

/** Remembers the name that a visitor gave, or forgets it where it is empty; leads back home. */
public final class NameHandler implements Handler {
  @Override
  public void handle(Context request) {
    var typed = Form.of(request).text("name");
    if (typed.isEmpty()) {
      NameCookie.delete(request);
    } else {
      NameCookie.keep(request, new NamedVisitor(Name.typed(typed), false));
    }
    request.redirect("/", HttpStatus.SEE_OTHER);
  }
}
