package dev.bookmarket.runtime;

/** Measures the heap of this JVM. */
public final class Heap {
  private static final int COLLECTIONS = 5;

  private Heap() {}

  /** Returns the bytes in use: the minimum after several full collections. */
  public static long usedBytes() {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      var runtime = Runtime.getRuntime();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }
}
