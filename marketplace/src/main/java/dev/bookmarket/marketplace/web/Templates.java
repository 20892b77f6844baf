package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.language.Message;
import dev.bookmarket.marketplace.language.Messages;
import dev.bookmarket.runtime.Replica;
import dev.bookmarket.runtime.client.CallRecord;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.IExpressionContext;
import org.thymeleaf.context.ITemplateContext;
import org.thymeleaf.linkbuilder.StandardLinkBuilder;
import org.thymeleaf.messageresolver.AbstractMessageResolver;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/** The HTML templates of the shop, parsed once; safe for concurrent use. */
public final class Templates {
  private final Assets assets = new Assets();
  private final TemplateEngine engine = new TemplateEngine();
  private final ToIntFunction<Context> itemsInBasket;

  /** The templates that come with the marketplace, for visitors without a basket. */
  public Templates() {
    this(ctx -> 0);
  }

  /**
   * The templates that come with the marketplace.
   *
   * @param itemsInBasket how many books the head of the page shows in the visitor's basket
   */
  public Templates(ToIntFunction<Context> itemsInBasket) {
    this.itemsInBasket = itemsInBasket;
    var resolver = new ClassLoaderTemplateResolver(Templates.class.getClassLoader());
    resolver.setPrefix("templates/");
    resolver.setSuffix(".html");
    resolver.setTemplateMode(TemplateMode.HTML);
    resolver.setCharacterEncoding("UTF-8");
    engine.setTemplateResolver(resolver);
    engine.setLinkBuilder(new RootLinkBuilder());
    engine.setMessageResolver(new ShopMessageResolver());
  }

  /**
   * Answers a request with a page, in the visitor's language and colours.
   *
   * @param template the template's name, without its ending
   * @param page what the template reads, as {@code page}
   */
  public void render(Context ctx, String template, Record page) {
    var preferences = Preferences.of(ctx);
    ctx.header("Cache-Control", "private, no-cache")
        .header("Content-Language", preferences.language().tag())
        .header("Vary", "Accept-Encoding, Accept-Language, Cookie")
        .contentType("text/html; charset=utf-8")
        .result(
            html(
                template,
                page,
                preferences,
                itemsInBasket.applyAsInt(ctx),
                // What was typed into a form would be lost by a look at the same page anew.
                ctx.method() == HandlerType.GET,
                CallLogHandler.of(ctx)));
  }

  /** The files that the pages name. */
  Assets assets() {
    return assets;
  }

  /** The page as HTML, for a visitor of whom nothing is known. */
  public String html(String template, Record page) {
    return html(template, page, Preferences.NONE);
  }

  /** The page as HTML, for a visitor without a basket. */
  String html(String template, Record page, Preferences preferences) {
    return html(template, page, preferences, 0, true, List.of());
  }

  private String html(
      String template,
      Record page,
      Preferences preferences,
      int items,
      boolean canComeBack,
      List<CallRecord> calls) {
    var variables =
        Map.of(
            "page", page,
            "items", items,
            "canComeBack", canComeBack,
            "calls", calls.stream().map(Templates::messageOf).toList(),
            "replica", Replica.name(),
            "assets", assets,
            "preferences", preferences,
            "messages", Messages.in(preferences.language()));
    return engine.process(
        template, new org.thymeleaf.context.Context(preferences.language().locale(), variables));
  }

  /** Returns, for example, "Recommendations/Recommend 3.1 ms by recommendations-1". */
  static Message messageOf(CallRecord call) {
    return Message.of(
        "served.call" + (call.isOk() ? "" : ".failed") + (call.replica().isEmpty() ? "" : ".by"),
        call.method(),
        call.duration().toNanos() / 1e6,
        call.replica(),
        call.outcome());
  }

  /** The shop lives at the root of its host, so {@code @{/books/1}} is a link as it stands. */
  private static final class RootLinkBuilder extends StandardLinkBuilder {
    @Override
    protected String computeContextPath(
        IExpressionContext context, String base, Map<String, Object> parameters) {
      return "";
    }

    @Override
    protected String processLink(IExpressionContext context, String link) {
      return link;
    }
  }

  /** What {@code #{key}} stands for; a key without words is an error, and not an empty place. */
  private static final class ShopMessageResolver extends AbstractMessageResolver {
    @Override
    public String resolveMessage(
        ITemplateContext context,
        Class<?> origin,
        String key,
        Object @Nullable [] messageParameters) {
      var messages = (Messages) Objects.requireNonNull(context.getVariable("messages"), "messages");
      return messages.of(key, messageParameters == null ? new Object[0] : messageParameters);
    }

    @Override
    public String createAbsentMessageRepresentation(
        ITemplateContext context,
        Class<?> origin,
        String key,
        Object @Nullable [] messageParameters) {
      throw new IllegalArgumentException("no message " + key);
    }
  }
}
