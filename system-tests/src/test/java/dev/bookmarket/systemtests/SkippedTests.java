package dev.bookmarket.systemtests;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Prints the skipped tests, with the reasons, after the last test. */
public final class SkippedTests implements TestExecutionListener {
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    lines.add("  %s: %s".formatted(nameOf(test), reason));
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    if (!lines.isEmpty()) {
      System.out.println("Skipped, because this machine lacks a tool:");
      lines.forEach(System.out::println);
      lines.clear();
    }
  }

  private static String nameOf(TestIdentifier test) {
    var source = test.getSource().orElse(null);
    if (source instanceof MethodSource method) {
      return method.getJavaClass().getSimpleName() + ", " + test.getDisplayName();
    }
    if (source instanceof ClassSource type) {
      return type.getJavaClass().getSimpleName();
    }
    return test.getDisplayName();
  }
}
