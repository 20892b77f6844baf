package dev.bookmarket.systemtests;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Checks the accessibility of pages with axe-core: WCAG 2.2 A and AA, and best practices. */
final class Axe {
  private static final String RUN =
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

  /** Adds axe-core to every page that the context opens from now on. */
  static void installIn(BrowserContext context) {
    context.addInitScript(script());
  }

  /** Returns the violated rules, each with its elements; the context must have axe-core. */
  static List<String> violations(Page page) {
    return ((List<?>) page.evaluate(RUN)).stream().map(Object::toString).toList();
  }

  private static String script() {
    try (var script = Axe.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
