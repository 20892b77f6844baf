package dev.bookmarket.marketplace.web;

import io.javalin.http.Context;
import java.util.Locale;
import java.util.Map;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.IExpressionContext;
import org.thymeleaf.linkbuilder.StandardLinkBuilder;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/** The HTML templates of the shop, parsed once; safe for concurrent use. */
public final class Templates {
  private final TemplateEngine engine = new TemplateEngine();

  /** The templates that come with the marketplace. */
  public Templates() {
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
    request.contentType("text/html; charset=utf-8").result(html(template, page));
  }

  /** The page as HTML. */
  public String html(String template, Record page) {
    return engine.process(
        template, new org.thymeleaf.context.Context(Locale.ENGLISH, Map.of("page", page)));
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
