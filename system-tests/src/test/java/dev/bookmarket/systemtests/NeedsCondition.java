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

/** Implements {@link Needs}; checks each tool once. */
final class NeedsCondition implements ExecutionCondition {
  private static final Map<Tool, Boolean> found = new EnumMap<>(Tool.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    var needs = AnnotationSupport.findAnnotation(context.getElement(), Needs.class);
    if (needs.isEmpty()) {
      return ConditionEvaluationResult.enabled("needs no tool");
    }
    var required = requiredIn(System.getenv().getOrDefault("BOOKMARKET_REQUIRE", ""));
    for (var tool : needs.get().value()) {
      if (!isAvailable(tool)) {
        if (required.contains(tool)) {
          throw new AssertionError(tool.remedy() + " (BOOKMARKET_REQUIRE lists it)");
        }
        return ConditionEvaluationResult.disabled(tool.remedy());
      }
    }
    return ConditionEvaluationResult.enabled("all tools are available");
  }

  /**
   * Returns the tools that a value of BOOKMARKET_REQUIRE lists.
   *
   * @throws IllegalArgumentException if the list contains an unknown tool
   */
  static Set<Tool> requiredIn(String list) {
    var tools = EnumSet.noneOf(Tool.class);
    for (var name : list.split(",")) {
      if (!name.isBlank()) {
        tools.add(toolOf(name.strip()));
      }
    }
    return tools;
  }

  private static Tool toolOf(String name) {
    return Arrays.stream(Tool.values())
        .filter(tool -> nameOf(tool).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "BOOKMARKET_REQUIRE contains \"%s\", but may contain only %s"
                        .formatted(
                            name,
                            Arrays.stream(Tool.values())
                                .map(NeedsCondition::nameOf)
                                .collect(joining(", ")))));
  }

  private static String nameOf(Tool tool) {
    return tool.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static synchronized boolean isAvailable(Tool tool) {
    return found.computeIfAbsent(tool, Tool::isAvailable);
  }
}
