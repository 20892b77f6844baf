package dev.bookmarket.marketplace.web;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.bookmarket.marketplace.cover.CoverCache;
import dev.bookmarket.marketplace.language.Language;
import dev.bookmarket.marketplace.language.Message;
import dev.bookmarket.marketplace.language.Messages;
import dev.bookmarket.runtime.ReplicaName;
import dev.bookmarket.runtime.client.CallLog;
import dev.bookmarket.runtime.client.CallRecord;
import dev.bookmarket.runtime.telemetry.Telemetry;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.opentelemetry.api.trace.Tracer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.IExpressionContext;
import org.thymeleaf.context.ITemplateContext;
import org.thymeleaf.linkbuilder.StandardLinkBuilder;
import org.thymeleaf.messageresolver.AbstractMessageResolver;
import org.thymeleaf.standard.StandardDialect;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/** Renders the HTML templates of the shop. They are parsed once. Safe for concurrent use. */
public final class Templates {
  /** The home page has 6.4 KB. */
  private static final int INITIAL_PAGE_BYTES = 8 * 1024;

  /** One for each processor: more would only compete with each other. */
  private static final Executor RENDERING_THREADS =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          new ThreadFactoryBuilder().setNameFormat("rendering-%d").setDaemon(true).build());

  private final Assets assets = new Assets();
  private final CoverCache covers = new CoverCache();
  private final PageMetrics metrics = new PageMetrics();
  private final TemplateEngine engine = new TemplateEngine();
  private final Tracer tracer = Telemetry.tracer();
  private final ToIntFunction<Context> itemsInBasket;
  private final String traceUrl;

  /**
   * Creates the templates.
   *
   * @param itemsInBasket returns how many books are in the visitor's basket
   * @param traceUrl the address of a tracing backend with {@code {trace_id}}; empty if there is
   *     none
   */
  public Templates(ToIntFunction<Context> itemsInBasket, String traceUrl) {
    this.itemsInBasket = itemsInBasket;
    this.traceUrl = traceUrl;
    var resolver = new ClassLoaderTemplateResolver(Templates.class.getClassLoader());
    resolver.setPrefix("templates/");
    resolver.setSuffix(".html");
    resolver.setCharacterEncoding("UTF-8");
    engine.setTemplateResolver(resolver);
    var dialect = new StandardDialect();
    dialect.setVariableExpressionEvaluator(new JexlEvaluator());
    engine.setDialect(dialect);
    engine.addDialect(new CachedFragments());
    engine.setLinkBuilder(new RootLinkBuilder());
    engine.setMessageResolver(new ShopMessageResolver());
  }

  /**
   * Responds with a page in the visitor's language and colour scheme. Renders it on a rendering
   * thread, because the thread of the caller may read the responses of backends.
   *
   * @param template the file name of the template, without its extension
   * @param page the variable {@code page} of the template
   */
  public void render(Context ctx, String template, Record page) {
    if (page instanceof CountedPage counted && !Telemetry.isWarmingUp()) {
      metrics.count(ctx, counted);
    }
    var preferences = Preferences.of(ctx);
    var trace = PageTrace.of(ctx, traceUrl);
    var variables =
        variables(
            page,
            preferences,
            itemsInBasket.applyAsInt(ctx),
            ctx.method() == HandlerType.GET,
            ctx.attribute(CallLog.class.getName()) instanceof CallLog calls
                ? calls.records()
                : List.of(),
            trace);
    ctx.header("Cache-Control", "private, no-cache")
        .header("Content-Language", preferences.language().tag())
        .header("Vary", "Accept-Encoding, Accept-Language, Cookie")
        .contentType("text/html; charset=utf-8")
        .future(
            () ->
                CompletableFuture.supplyAsync(
                        () -> html(template, preferences.language(), variables, trace),
                        io.grpc.Context.currentContextExecutor(RENDERING_THREADS))
                    .thenAccept(ctx::result));
  }

  /** Returns the static files to which the pages link. */
  public Assets assets() {
    return assets;
  }

  /** Returns the covers to which the pages link. */
  public CoverCache covers() {
    return covers;
  }

  /** Returns a page as HTML in UTF-8, with an empty basket. */
  public byte[] html(String template, Record page, Preferences preferences) {
    var variables = variables(page, preferences, 0, true, List.of(), PageTrace.NONE);
    return html(template, preferences.language(), variables, PageTrace.NONE);
  }

  private Map<String, Object> variables(
      Record page,
      Preferences preferences,
      int items,
      boolean canReload, // false for a response to a form, which would lose its input
      List<CallRecord> calls,
      PageTrace trace) {
    return Map.of(
        "page", page,
        "items", items,
        "canReload", canReload,
        "calls", calls.stream().map(Templates::messageOf).toList(),
        "trace", trace,
        "replica", ReplicaName.name(),
        "assets", assets,
        "covers", covers,
        "preferences", preferences,
        "messages", Messages.in(preferences.language()));
  }

  private byte[] html(
      String template, Language language, Map<String, Object> variables, PageTrace trace) {
    var html = new Utf8Writer(INITIAL_PAGE_BYTES, trace.values());
    var context = new org.thymeleaf.context.Context(language.locale(), variables);
    var span = tracer.spanBuilder("render " + template).startSpan();
    try (var scope = span.makeCurrent()) {
      engine.process(template, context, html);
    } finally {
      span.end();
    }
    return html.toBytes();
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

  /** Leaves links such as {@code @{/books/1}} unchanged: the shop has no context path. */
  private static final class RootLinkBuilder extends StandardLinkBuilder {
    @Override
    protected String computeContextPath(
        IExpressionContext context, String base, Map<String, Object> parameters) {
      return "";
    }
  }

  /** Resolves {@code #{key}}; throws if the key has no message. */
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
