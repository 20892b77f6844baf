package dev.bookmarket.marketplace.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.base.Splitter;
import dev.bookmarket.runtime.telemetry.CacheMetrics;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.thymeleaf.context.Context;
import org.thymeleaf.context.ITemplateContext;
import org.thymeleaf.dialect.AbstractProcessorDialect;
import org.thymeleaf.engine.AttributeName;
import org.thymeleaf.inline.NoOpInliner;
import org.thymeleaf.model.IModel;
import org.thymeleaf.model.IProcessableElementTag;
import org.thymeleaf.processor.IProcessor;
import org.thymeleaf.processor.element.AbstractAttributeModelProcessor;
import org.thymeleaf.processor.element.AbstractAttributeTagProcessor;
import org.thymeleaf.processor.element.IElementModelStructureHandler;
import org.thymeleaf.processor.element.IElementTagStructureHandler;
import org.thymeleaf.standard.StandardDialect;
import org.thymeleaf.templatemode.TemplateMode;

/**
 * Fragment caching: the attribute {@code cached:fragment="suggestion(book)"} keeps the HTML of its
 * element for each value of the named variables. The name is unique in its template.
 *
 * <p>Inside the element, only these variables and {@link #SHARED_VARIABLES} exist, so the HTML
 * cannot depend on anything else: the key of the cache consists of their values and the name. A
 * value must be {@link Cacheable}, an enum constant, a Boolean, a list of these, an empty string,
 * zero or null. Otherwise, for example with the text of a search, the element is rendered without
 * caching.
 *
 * <p>{@link Placeholders} can replace values that are different in every request, such as times.
 * The cache is bounded in bytes. Safe for concurrent use.
 */
final class CachedFragments extends AbstractProcessorDialect {
  /** Variables of every page that are the same for all visitors or part of the key. */
  static final Set<String> SHARED_VARIABLES =
      Set.of("preferences", "canReload", "messages", "assets", "covers", "replica");

  static final long MAX_BYTES = 8L * 1024 * 1024;

  /** After th:each, th:if and th:with on the same element, before all that write attributes. */
  private static final int PRECEDENCE = 650;

  /** Bytes of an entry apart from its texts. */
  private static final int ENTRY_BYTES = 500;

  private static final Pattern SIGNATURE = Pattern.compile("(\\w+)\\(([\\w,]*)\\)");

  private final Map<String, Signature> signatures = new ConcurrentHashMap<>();
  private final Cache<Key, String> html =
      Caffeine.newBuilder()
          .maximumWeight(MAX_BYTES)
          .weigher(CachedFragments::bytesOf)
          .executor(Runnable::run) // evicts before put returns
          .recordStats()
          .build();

  private record Key(
      String template,
      String fragment,
      @Nullable Object preferences,
      @Nullable Object canReload,
      List<@Nullable Object> values) {}

  private record Signature(String fragment, List<String> variables) {
    static Signature parse(String text) {
      var parts = SIGNATURE.matcher(text);
      if (!parts.matches()) {
        throw new IllegalArgumentException("not NAME(VARIABLE,...): " + text);
      }
      return new Signature(
          parts.group(1), Splitter.on(',').omitEmptyStrings().splitToList(parts.group(2)));
    }
  }

  CachedFragments() {
    super("cached fragments", "cached", StandardDialect.PROCESSOR_PRECEDENCE);
    CacheMetrics.observe(
        "fragments", () -> html.stats().hitCount(), () -> html.stats().missCount(), this::weight);
  }

  @Override
  public Set<IProcessor> getProcessors(String dialectPrefix) {
    return Set.of(new Lookup(dialectPrefix), new Rendering(dialectPrefix));
  }

  /** Returns the estimated bytes of all entries. */
  long weight() {
    html.cleanUp();
    return html.policy().eviction().orElseThrow().weightedSize().orElseThrow();
  }

  /** The text form of the records contains all their texts, also those that the HTML omits. */
  private static int bytesOf(Key key, String html) {
    return ENTRY_BYTES + 2 * (html.length() + key.values.toString().length());
  }

  private static boolean isCacheable(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list.stream().allMatch(CachedFragments::isCacheable);
    }
    return value == null
        || value instanceof Boolean
        || value instanceof Enum
        || value.equals("") // no search term
        || value.equals(0) // an empty basket
        || (value instanceof Cacheable record && record.isCacheable());
  }

  /** Returns the key of an element's HTML; null if a variable's value is not cacheable. */
  private @Nullable Key keyOf(
      ITemplateContext context, IProcessableElementTag tag, Signature signature) {
    var values = new ArrayList<@Nullable Object>(signature.variables.size());
    for (var name : signature.variables) {
      var value = context.getVariable(name);
      if (!isCacheable(value)) {
        return null;
      }
      values.add(value);
    }
    return new Key(
        tag.getTemplateName(),
        signature.fragment,
        context.getVariable("preferences"),
        context.getVariable("canReload"),
        values);
  }

  private Signature signatureOf(String attributeValue) {
    return signatures.computeIfAbsent(attributeValue, Signature::parse);
  }

  /** Replaces an element whose HTML is cached, before Thymeleaf reads its content. */
  private final class Lookup extends AbstractAttributeTagProcessor {
    Lookup(String prefix) {
      super(TemplateMode.HTML, prefix, null, false, "fragment", true, PRECEDENCE, false);
    }

    @Override
    protected void doProcess(
        ITemplateContext context,
        IProcessableElementTag tag,
        AttributeName attribute,
        String text,
        IElementTagStructureHandler structure) {
      var signature = signatureOf(text);
      var key = keyOf(context, tag, signature);
      var cached = key == null ? null : html.getIfPresent(key);
      if (cached != null) {
        structure.replaceWith(cached, false);
      }
    }
  }

  /** Renders and caches an element that the lookup did not replace. */
  private final class Rendering extends AbstractAttributeModelProcessor {
    Rendering(String prefix) {
      super(TemplateMode.HTML, prefix, null, false, "fragment", true, PRECEDENCE + 1, true);
    }

    @Override
    protected void doProcess(
        ITemplateContext context,
        IModel model,
        AttributeName attribute,
        String text,
        IElementModelStructureHandler structure) {
      var signature = signatureOf(text);
      var key = keyOf(context, (IProcessableElementTag) model.get(0), signature);
      if (key == null) {
        return;
      }
      var rendered = render(context, model, attribute, signature, key.values);
      html.put(key, rendered);
      model.reset();
      model.add(context.getModelFactory().createText(rendered));
      structure.setInliner(NoOpInliner.INSTANCE); // the texts of books are not templates
    }

    private String render(
        ITemplateContext context,
        IModel model,
        AttributeName attribute,
        Signature signature,
        List<@Nullable Object> values) {
      var configuration = context.getConfiguration();
      var tag = (IProcessableElementTag) model.get(0);
      model.replace(0, context.getModelFactory().removeAttribute(tag, attribute));
      var variables = new HashMap<String, @Nullable Object>();
      SHARED_VARIABLES.forEach(name -> variables.put(name, context.getVariable(name)));
      for (int index = 0; index < values.size(); index++) {
        variables.put(signature.variables.get(index), values.get(index));
      }
      var isolated =
          configuration
              .getEngineContextFactory()
              .createEngineContext(
                  configuration,
                  context.getTemplateData(),
                  Map.of(),
                  new Context(context.getLocale(), variables));
      var template =
          configuration
              .getTemplateManager()
              .parseString(
                  context.getTemplateData(),
                  model.toString(),
                  tag.getLine() - 1,
                  tag.getCol() - 1,
                  TemplateMode.HTML,
                  true);
      var html = new StringWriter();
      configuration.getTemplateManager().process(template, isolated, html);
      return html.toString();
    }
  }
}
