package dev.bookmarket.systemtests;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * axe-core, which finds much of what keeps people from using a page: WCAG 2.2 A and AA, and more.
 */
final class Axe {
  private static final String LOOK =
      """
      async () => {
        const found = await axe.run(document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
          rules: {'target-size': {enabled: true}},
          resultTypes: ['violations'],
        });
        return found.violations.map(rule => `${rule.id}: ${rule.help}\n`
          + rule.nodes.map(node => `  ${node.target}: ${node.html}\n`).join('')
          + rule.nodes[0].failureSummary);
      }
      """;

  private Axe() {}

  /** Gives it to the pages that the visitor opens from now on, past what these allow to run. */
  static void bringTo(BrowserContext context) {
    context.addInitScript(script());
  }

  /** What it finds: a rule and all elements that break it each; the visitor must have it. */
  static List<String> violations(Page page) {
    return ((List<?>) page.evaluate(LOOK)).stream().map(Object::toString).toList();
  }

  private static String script() {
    try (var script = Axe.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
