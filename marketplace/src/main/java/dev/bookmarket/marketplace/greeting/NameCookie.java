package dev.bookmarket.marketplace.greeting;

import dev.bookmarket.marketplace.language.LocalizedRejectionException;
import dev.bookmarket.marketplace.web.Cookies;
import dev.bookmarket.runtime.Text;
import io.javalin.http.Context;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Where the visitor's name lives: as {@code new.NAME} until a page has greeted them, then as {@code
 * greeted.NAME}, the name being in UTF-8 and URL-safe Base64. A cookie that is not exactly one of
 * ours is as good as none. Whoever forges one greets nobody but themselves.
 */
public final class NameCookie {
  private static final String NAME = "name";
  private static final String NEW = "new.";
  private static final String GREETED = "greeted.";

  /** More than the longest name takes: 100 characters of 4 bytes each. */
  private static final int LIMIT = 600;

  /** As long as browsers keep a cookie at most. */
  private static final Duration AGE = Duration.ofDays(400);

  private NameCookie() {}

  /** The visitor, if they gave a name. */
  public static Optional<NamedVisitor> of(Context ctx) {
    return Cookies.read(
        ctx, NAME, cookie -> cookie.length() > LIMIT ? Optional.empty() : in(cookie));
  }

  /** Remembers the visitor for another 400 days. */
  public static void keep(Context ctx, NamedVisitor visitor) {
    Cookies.write(ctx, NAME, textOf(visitor), AGE);
  }

  /** Forgets the visitor. */
  public static void delete(Context ctx) {
    Cookies.delete(ctx, NAME);
  }

  private static Optional<NamedVisitor> in(String cookie) {
    var bytes = cookie.substring(cookie.indexOf('.') + 1);
    try {
      var name = Text.decode(Base64.getUrlDecoder().decode(bytes));
      var visitor = new NamedVisitor(new Name(name), cookie.startsWith(GREETED));
      return Optional.of(visitor).filter(found -> textOf(found).equals(cookie));
    } catch (IllegalArgumentException | CharacterCodingException | LocalizedRejectionException e) {
      return Optional.empty();
    }
  }

  private static String textOf(NamedVisitor visitor) {
    var bytes = visitor.name().text().getBytes(StandardCharsets.UTF_8);
    return (visitor.greeted() ? GREETED : NEW)
        + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
