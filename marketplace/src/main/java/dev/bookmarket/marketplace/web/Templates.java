package dev.bookmarket.marketplace.web;

import dev.bookmarket.marketplace.backend.BackendCall;
import dev.bookmarket.runtime.ServedBy;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.IExpressionContext;
import org.thymeleaf.linkbuilder.StandardLinkBuilder;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/** The HTML templates of the shop, parsed once; safe for concurrent use. */
public final class Templates {
  private final TemplateEngine engine = new TemplateEngine();
  private final ToIntFunction<Context> itemsInBasket;

  /** The templates that come with the marketplace, for visitors without a basket. */
  public Templates() {
    this(request -> 0);
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
  }

  /**
   * Answers a request with a page.
   *
   * @param template the template's name, without its ending
   * @param page what the template reads, as {@code page}
   */
  public void render(Context request, String template, Record page) {
    request.header("Cache-Control", "private, no-cache");
    request
        .contentType("text/html; charset=utf-8")
        .result(html(template, page, itemsInBasket.applyAsInt(request), CallsOfPage.of(request)));
  }

  /** The page as HTML, for a visitor without a basket. */
  public String html(String template, Record page) {
    return html(template, page, 0, List.of());
  }

  private String html(String template, Record page, int items, List<BackendCall> calls) {
    var variables =
        Map.of("page", page, "items", items, "calls", calls, "replica", ServedBy.thisReplica());
    return engine.process(template, new org.thymeleaf.context.Context(Locale.ENGLISH, variables));
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
}
