package dev.bookmarket.runtime;

import java.lang.management.ManagementFactory;
import java.util.function.Consumer;

/** Measures how the CPU time of a function grows with the length of its input. */
public final class Growth {
  /** Between 10, for linear time, and 100, for quadratic time. */
  public static final double LINEAR = 35;

  private static final int ROUNDS = 8;
  private static final int CALLS = 5;

  private Growth() {}

  /**
   * Returns the CPU time for ten times the length, divided by that for one length: about 10 for a
   * function that takes linear time, and 100 for quadratic time. Each is the minimum of several, so
   * that other load on the machine has little influence.
   */
  public static double ofTenTimes(Consumer<String> function, String unit, int repetitions) {
    var one = unit.repeat(repetitions);
    var ten = unit.repeat(10 * repetitions);
    long timeOfOne = Long.MAX_VALUE;
    long timeOfTen = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      timeOfOne = Math.min(timeOfOne, cpuTime(function, one));
      timeOfTen = Math.min(timeOfTen, cpuTime(function, ten));
    }
    return (double) timeOfTen / timeOfOne;
  }

  private static long cpuTime(Consumer<String> function, String input) {
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    for (int call = 0; call < CALLS; call++) {
      function.accept(input);
    }
    return Math.max(1, threads.getCurrentThreadCpuTime() - before);
  }
}
