package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bookmarket.marketplace.language.Language;
import dev.bookmarket.runtime.Heap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.exceptions.TemplateProcessingException;
import org.thymeleaf.standard.StandardDialect;
import org.thymeleaf.templateresolver.StringTemplateResolver;

class CachedFragmentsTest {
  private static final AtomicInteger renderings = new AtomicInteger();
  private static final String ITEM =
      "<p cached:fragment=\"item(item)\" th:text=\"${item.shown()}\"></p>";

  private final CachedFragments cached = new CachedFragments();
  private final TemplateEngine engine = engineWith(cached);

  /** A record that counts how often its text is rendered. */
  public record Item(String text, String omitted) implements Cacheable {
    Item(String text) {
      this(text, "");
    }

    public String shown() {
      renderings.incrementAndGet();
      return text;
    }

    @Override
    public boolean isCacheable() {
      return !text.startsWith("private");
    }
  }

  @Test
  void renders_equal_records_once() {
    renderings.set(0);

    for (int i = 0; i < 3; i++) {
      assertThat(html(ITEM, Map.of("item", new Item("a")))).isEqualTo("<p>a</p>");
      assertThat(html(ITEM, Map.of("item", new Item("b")))).isEqualTo("<p>b</p>");
    }

    assertThat(renderings).hasValue(2);
  }

  @Test
  void renders_equal_lists_of_records_once() {
    var list =
        "<ul cached:fragment=\"list(items)\"><li th:each=\"item : ${items}\" th:text=\"${item.shown()}\">"
            + "</li></ul>";
    renderings.set(0);

    for (int i = 0; i < 3; i++) {
      assertThat(html(list, Map.of("items", List.of(new Item("a"), new Item("b")))))
          .isEqualTo("<ul><li>a</li><li>b</li></ul>");
    }

    assertThat(renderings).hasValue(2);
  }

  @Test
  void renders_again_for_other_preferences_and_for_a_response_to_a_form() {
    renderings.set(0);

    for (int i = 0; i < 2; i++) {
      for (var language : Language.values()) {
        for (var scheme : ColorScheme.values()) {
          for (var canReload : List.of(true, false)) {
            html(
                ITEM,
                Map.of(
                    "item", new Item("a"),
                    "preferences", new Preferences(language, scheme, false),
                    "canReload", canReload));
          }
        }
      }
    }

    assertThat(renderings).hasValue(Language.values().length * ColorScheme.values().length * 2);
  }

  @Test
  void distinguishes_elements_of_a_template() {
    var twice =
        ITEM + "<div><q cached:fragment=\"other(item)\" th:text=\"${item.text()}\"></q></div>";

    for (int i = 0; i < 2; i++) {
      assertThat(html(twice, Map.of("item", new Item("a"))))
          .isEqualTo("<p>a</p><div><q>a</q></div>");
    }
  }

  @Test
  void every_fragment_of_a_template_has_its_own_name() throws IOException {
    try (var templates = Files.list(Path.of("src/main/resources/templates"))) {
      for (var template : templates.toList()) {
        var names =
            Pattern.compile("cached:fragment=\"(\\w+)")
                .matcher(Files.readString(template))
                .results()
                .map(name -> name.group(1))
                .toList();

        assertThat(names).as(template.toString()).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void caches_no_record_that_must_not_be_cached() {
    renderings.set(0);

    for (int i = 0; i < 3; i++) {
      assertThat(html(ITEM, Map.of("item", new Item("private")))).isEqualTo("<p>private</p>");
    }

    assertThat(renderings).hasValue(3);
    assertThat(cached.weight()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"'', true", "text, false"})
  void caches_no_text_except_an_empty_one(String query, boolean isCached) {
    assertThat(
            html(
                "<i cached:fragment=\"search(query)\" th:text=\"${query}\"></i>",
                Map.of("query", query)))
        .isEqualTo("<i>" + query + "</i>");

    assertThat(cached.weight() > 0).isEqualTo(isCached);
  }

  @Test
  void caches_no_number_except_zero_and_no_other_record() {
    record Visitor(String name) {}
    var element = "<i cached:fragment=\"value(value)\">text</i>";

    for (var value : List.of(4_950, 12L, new Visitor("Ada"), List.of(new Visitor("Ada")))) {
      assertThat(html(element, Map.of("value", value))).isEqualTo("<i>text</i>");
    }

    assertThat(cached.weight()).isZero();

    html(element, Map.of("value", 0));

    assertThat(cached.weight()).isPositive();
  }

  @Test
  void hides_all_other_variables() {
    var leak = "<p cached:fragment=\"item(item)\" th:text=\"${item.text() + visitor}\"></p>";

    assertThatThrownBy(() -> html(leak, Map.of("item", new Item("a"), "visitor", "Ada")))
        .isInstanceOf(TemplateProcessingException.class)
        .hasStackTraceContaining("visitor");
  }

  @ParameterizedTest
  @CsvSource({
    "'[[${1 + 1}]] [(${1 + 1})]', '[[${1 + 1}]] [(${1 + 1})]'",
    "'<script>&', '&lt;script&gt;&amp;'",
    "'<p th:text=\"${1 + 1}\">', '&lt;p th:text=&quot;${1 + 1}&quot;&gt;'"
  })
  void does_not_evaluate_texts(String text, String html) {
    for (int i = 0; i < 2; i++) {
      assertThat(html(ITEM, Map.of("item", new Item(text)))).isEqualTo("<p>" + html + "</p>");
    }
  }

  @Test
  void keeps_variables_that_are_set_on_the_same_element() {
    var element =
        "<p th:each=\"each : ${items}\" th:with=\"item=${each}\" cached:fragment=\"item(item)\""
            + " th:text=\"${item.text()}\"></p>";

    for (int i = 0; i < 2; i++) {
      assertThat(html(element, Map.of("items", List.of(new Item("a"), new Item("b")))))
          .isEqualTo("<p>a</p><p>b</p>");
    }
  }

  /** The heap is measured, because the weight of an entry is only an estimate of its bytes. */
  @Test
  void stays_within_its_bytes_for_100_000_different_records() {
    var engineOnly = engineWith(new CachedFragments());
    for (int i = 0; i < 2_000; i++) {
      html(engineOnly, ITEM, Map.of("item", new Item("warm-up " + i)));
    }
    long before = Heap.usedBytes();

    for (int i = 0; i < 100_000; i++) {
      html(ITEM, Map.of("item", new Item(i + " text".repeat(i % 100))));
    }

    assertThat(cached.weight()).isBetween(CachedFragments.MAX_BYTES / 2, CachedFragments.MAX_BYTES);
    assertThat(Heap.usedBytes() - before).isLessThan(CachedFragments.MAX_BYTES + (1 << 20));
    assertThat(engineOnly).isNotNull();
  }

  @Test
  void counts_the_texts_of_a_record_that_its_html_omits() {
    long before = Heap.usedBytes();

    for (int i = 0; i < 10_000; i++) {
      html(ITEM, Map.of("item", new Item(String.valueOf(i), "text " + i + "x".repeat(10_000))));
    }

    assertThat(Heap.usedBytes() - before).isLessThan(CachedFragments.MAX_BYTES + (1 << 20));
  }

  private String html(String template, Map<String, Object> variables) {
    return html(engine, template, variables);
  }

  private static String html(
      TemplateEngine engine, String template, Map<String, Object> variables) {
    var all = new HashMap<String, Object>(Map.of("preferences", Preferences.DEFAULT));
    all.put("canReload", true);
    all.putAll(variables);
    return engine.process(template, new Context(Locale.ROOT, all));
  }

  private static TemplateEngine engineWith(CachedFragments cached) {
    var dialect = new StandardDialect();
    dialect.setVariableExpressionEvaluator(new JexlEvaluator());
    var engine = new TemplateEngine();
    engine.setTemplateResolver(new StringTemplateResolver());
    engine.setDialect(dialect);
    engine.addDialect(cached);
    return engine;
  }
}
