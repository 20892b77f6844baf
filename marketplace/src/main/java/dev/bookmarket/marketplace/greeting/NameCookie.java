package dev.bookmarket.marketplace.greeting;

import dev.bookmarket.marketplace.language.LocalizedException;
import dev.bookmarket.marketplace.web.Cookies;
import dev.bookmarket.runtime.Text;
import io.javalin.http.Context;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * The cookie with the visitor's name: {@code new.NAME} until a page has greeted the visitor, then
 * {@code greeted.NAME}, where NAME is UTF-8 in URL-safe Base64. An unreadable cookie is treated as
 * absent.
 */
public final class NameCookie {
  private static final String NAME = "name";
  private static final String NEW = "new.";
  private static final String GREETED = "greeted.";

  private NameCookie() {}

  /** Returns the visitor, if they gave a name. */
  public static Optional<NamedVisitor> read(Context ctx) {
    return Cookies.read(ctx, NAME, NameCookie::parse);
  }

  /** Stores the visitor's name for 400 days. */
  public static void write(Context ctx, NamedVisitor visitor) {
    Cookies.write(ctx, NAME, format(visitor), Cookies.MAX_AGE);
  }

  /** Deletes the visitor's name. */
  public static void delete(Context ctx) {
    Cookies.delete(ctx, NAME);
  }

  private static Optional<NamedVisitor> parse(String cookie) {
    var bytes = cookie.substring(cookie.indexOf('.') + 1);
    try {
      var name = Text.decode(Base64.getUrlDecoder().decode(bytes));
      var visitor = new NamedVisitor(name, cookie.startsWith(GREETED));
      return Optional.of(visitor).filter(found -> format(found).equals(cookie));
    } catch (IllegalArgumentException | CharacterCodingException | LocalizedException e) {
      return Optional.empty();
    }
  }

  private static String format(NamedVisitor visitor) {
    var bytes = visitor.name().getBytes(StandardCharsets.UTF_8);
    return (visitor.greeted() ? GREETED : NEW)
        + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
