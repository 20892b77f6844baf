package dev.bookmarket.marketplace.greeting;

import dev.bookmarket.marketplace.web.Form;
import dev.bookmarket.runtime.Text;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;

/** Stores the name that a visitor entered, or deletes it if it is empty; redirects to home. */
public final class NameHandler implements Handler {
  @Override
  public void handle(Context ctx) {
    var name = Form.of(ctx).text("name");
    if (name.isEmpty()) {
      NameCookie.delete(ctx);
    } else {
      NameCookie.write(ctx, new NamedVisitor(Text.oneLine(name), false));
    }
    ctx.redirect("/", HttpStatus.SEE_OTHER);
  }
}
