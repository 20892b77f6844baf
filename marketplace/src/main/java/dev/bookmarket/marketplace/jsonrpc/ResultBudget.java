package dev.bookmarket.marketplace.jsonrpc;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the memory for results that wait until the response to their request is written: all
 * requests together keep at most {@link #MAX_BYTES}. Safe for concurrent use.
 */
final class ResultBudget implements AutoCloseable {
  /** An eighth of the heap, but not more than four batches of the longest results need. */
  static final int MAX_BYTES = (int) Math.min(64 << 20, Runtime.getRuntime().maxMemory() / 8);

  private static final Semaphore FREE_BYTES = new Semaphore(MAX_BYTES);

  private final AtomicInteger reserved = new AtomicInteger();

  /**
   * Reserves memory for a result of the request.
   *
   * @throws JsonRpcError if the results of all requests need too much
   */
  void reserve(int bytes) {
    if (!FREE_BYTES.tryAcquire(bytes)) {
      throw JsonRpcError.resourceExhausted();
    }
    reserved.addAndGet(bytes);
  }

  /** Releases the memory of all results of the request. */
  @Override
  public void close() {
    FREE_BYTES.release(reserved.getAndSet(0));
  }
}
