package dev.bookmarket.marketplace.greeting;

import dev.bookmarket.marketplace.web.Form;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;

/** Remembers the name that a visitor gave, or forgets it where it is empty; leads back home. */
public final class NameHandler implements Handler {
  @Override
  public void handle(Context ctx) {
    var typed = Form.of(ctx).text("name");
    if (typed.isEmpty()) {
      NameCookie.delete(ctx);
    } else {
      NameCookie.keep(ctx, new NamedVisitor(Name.typed(typed), false));
    }
    ctx.redirect("/", HttpStatus.SEE_OTHER);
  }
}
