package dev.bookmarket.systemtests;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides what {@link Needs} says; looks for each tool once. */
final class NeedsCondition implements ExecutionCondition {
  private static final Map<Tool, Boolean> found = new EnumMap<>(Tool.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    var needs = AnnotationSupport.findAnnotation(context.getElement(), Needs.class);
    if (needs.isEmpty()) {
      return ConditionEvaluationResult.enabled("needs nothing");
    }
    var required = requiredIn(System.getenv().getOrDefault("BOOKMARKET_REQUIRE", ""));
    for (var tool : needs.get().value()) {
      if (!isThere(tool)) {
        if (required.contains(tool)) {
          throw new AssertionError(tool.remedy() + " (BOOKMARKET_REQUIRE demands it)");
        }
        return ConditionEvaluationResult.disabled(tool.remedy());
      }
    }
    return ConditionEvaluationResult.enabled("everything is there");
  }

  /**
   * The tools that a value of BOOKMARKET_REQUIRE lists.
   *
   * @throws IllegalArgumentException if it has a word that is none of them
   */
  static Set<Tool> requiredIn(String words) {
    var tools = EnumSet.noneOf(Tool.class);
    for (var word : words.split(",")) {
      if (!word.isBlank()) {
        tools.add(toolOf(word.strip()));
      }
    }
    return tools;
  }

  private static Tool toolOf(String word) {
    return Arrays.stream(Tool.values())
        .filter(tool -> wordFor(tool).equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "BOOKMARKET_REQUIRE has \"%s\", but may list only %s"
                        .formatted(
                            word,
                            Arrays.stream(Tool.values())
                                .map(NeedsCondition::wordFor)
                                .collect(joining(", ")))));
  }

  private static String wordFor(Tool tool) {
    return tool.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static synchronized boolean isThere(Tool tool) {
    return found.computeIfAbsent(tool, Tool::isThere);
  }
}
