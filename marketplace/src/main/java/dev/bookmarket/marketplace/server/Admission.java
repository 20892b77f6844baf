package dev.bookmarket.marketplace.server;

import dev.bookmarket.runtime.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the requests in flight. Others wait and start by priority; those that wait too long are
 * rejected, and the least important ones if too many wait. A client that has more than its equal
 * share comes after all others; one that is alone may use everything. Safe for concurrent use.
 *
 * <p>Requests may wait for a second, so that bursts are served. A priority is overloaded when its
 * requests have waited for {@link #OVERLOAD_AFTER} without a pause, or for {@link
 * #OVERLOAD_AFTER_FULL} if so many waited that some were rejected. Then only as many new requests
 * of this priority may wait as may be in flight, and only briefly, because a longer wait would only
 * delay everyone. A pause ends the overload. (After B. Maurer, Fail at Scale, ACM Queue 13(8),
 * 2015.)
 */
final class Admission {
  static final Duration BURST_WAIT = Duration.ofSeconds(1);
  static final Duration OVERLOAD_AFTER = Duration.ofSeconds(1);
  static final Duration OVERLOAD_AFTER_FULL = Duration.ofMillis(300);
  static final Duration OVERLOAD_WAIT = Duration.ofMillis(50);

  /**
   * A pause is longer than this. An overload has shorter gaps in which no request waits: a busy
   * process can need several milliseconds to read the next requests.
   */
  static final Duration MAX_GAP = Duration.ofMillis(10);

  /** As long as an order waits for a thread of the checkout. */
  static final Duration ORDER_WAIT = Duration.ofSeconds(2);

  /** More than the number of priorities. */
  private static final int BEYOND_SHARE = 100;

  /** A request. Its methods are called without a lock and must not block. */
  abstract static class Task {
    private final Priority priority;
    private final Object clientKey;
    private Client client = new Client();
    private long expiry;
    private boolean started;

    /**
     * Creates a request.
     *
     * @param clientKey is equal for the requests of one client
     */
    Task(Priority priority, Object clientKey) {
      this.priority = priority;
      this.clientKey = clientKey;
    }

    /** Returns the priority. */
    final Priority priority() {
      return priority;
    }

    /** Starts the request after it has waited. */
    abstract void resume();

    /** Rejects the request. */
    abstract void reject();
  }

  private static final class Client {
    private int inFlight;
    private int waiting;
  }

  private final int maxInFlight;
  private final int maxLowInFlight;
  private final int maxWaiting;
  private final LongSupplier nanoTime;
  private final List<Task> waiters = new ArrayList<>(); // the oldest first
  private final Map<Object, Client> clients = new HashMap<>();
  private final int[] waiting = new int[Priority.values().length];

  /** When the first request of a priority after its last pause arrived. */
  private final long[] pauseEnded = new long[Priority.values().length];

  /** When the number of waiting requests of a priority last changed. */
  private final long[] waitingChanged = new long[Priority.values().length];

  private final long[] lastRejected = new long[Priority.values().length];

  /** Whether too many requests waited and one of this priority was rejected, since its pause. */
  private final boolean[] wasFull = new boolean[Priority.values().length];

  private int inFlight;
  private int lowInFlight;
  private long now;

  /**
   * Creates an empty admission.
   *
   * @param maxLowInFlight how many of the requests in flight may have the lowest priority
   * @param nanoTime returns the time in nanoseconds, like {@link System#nanoTime}
   */
  Admission(int maxInFlight, int maxLowInFlight, int maxWaiting, LongSupplier nanoTime) {
    this.maxInFlight = maxInFlight;
    this.maxLowInFlight = maxLowInFlight;
    this.maxWaiting = maxWaiting;
    this.nanoTime = nanoTime;
    Arrays.fill(waitingChanged, nanoTime.getAsLong() - BURST_WAIT.toNanos());
    Arrays.fill(lastRejected, nanoTime.getAsLong() - BURST_WAIT.toNanos());
  }

  /** Returns whether the request starts now; otherwise it is resumed or rejected later. */
  boolean startNow(Task task) {
    Task rejected = null;
    synchronized (this) {
      task.client = clients.computeIfAbsent(task.clientKey, key -> task.client);
      now = nanoTime.getAsLong();
      int priority = task.priority.ordinal();
      if (isPause(task.priority)) {
        pauseEnded[priority] = now;
        wasFull[priority] = false;
      }
      if (hasCapacity(task.priority)) {
        count(task, 0, 1);
        return true;
      }
      task.expiry = now + maxWait(task.priority).toNanos();
      waiters.add(task);
      count(task, 1, 0);
      if (isOverloaded(task.priority) && waiting[priority] > maxInFlight) {
        rejected = leastImportant(maxInFlight, task.priority);
      } else if (waiters.size() > maxWaiting) {
        rejected = leastImportant(maxWaiting, null);
        wasFull[rejected.priority.ordinal()] = true;
      }
      if (rejected != null) {
        waiters.remove(rejected);
        count(rejected, -1, 0);
      }
    }
    if (rejected != null) {
      rejected.reject();
    }
    return false;
  }

  /** Ends a request that was started, unless it has ended, and starts others. */
  void end(Task task) {
    var resumed = new ArrayList<Task>();
    synchronized (this) {
      now = nanoTime.getAsLong();
      if (task.started) {
        task.started = false;
        count(task, 0, -1);
      }
      for (var next = next(); next != null; next = next()) {
        waiters.remove(next);
        count(next, -1, 1);
        resumed.add(next);
      }
    }
    resumed.forEach(Task::resume);
  }

  /** Rejects the requests that have waited too long; returns whether others still wait. */
  boolean rejectExpired() {
    var expired = new ArrayList<Task>();
    boolean othersWait;
    synchronized (this) {
      now = nanoTime.getAsLong();
      waiters.removeIf(task -> now - task.expiry >= 0 && expired.add(task));
      expired.forEach(task -> count(task, -1, 0));
      othersWait = !waiters.isEmpty();
    }
    expired.forEach(Task::reject);
    return othersWait;
  }

  /** Returns how many requests are in flight. */
  synchronized int inFlight() {
    return inFlight;
  }

  /** Returns how many requests wait. */
  synchronized int waiting() {
    return waiters.size();
  }

  private void count(Task task, int newWaiting, int newInFlight) {
    int priority = task.priority.ordinal();
    if (newWaiting != 0) {
      waitingChanged[priority] = now;
    }
    if (newWaiting < 0 && newInFlight == 0) {
      lastRejected[priority] = now;
    }
    waiting[priority] += newWaiting;
    inFlight += newInFlight;
    lowInFlight += task.priority == Priority.LOW ? newInFlight : 0;
    task.started |= newInFlight > 0;
    task.client.waiting += newWaiting;
    task.client.inFlight += newInFlight;
    if (task.client.waiting + task.client.inFlight == 0) {
      clients.remove(task.clientKey);
    }
  }

  private boolean hasCapacity(Priority priority) {
    return inFlight < maxInFlight && (priority != Priority.LOW || lowInFlight < maxLowInFlight);
  }

  /** Returns the request to start, if one can start. */
  private @Nullable Task next() {
    int share = Math.max(1, maxInFlight / Math.max(1, clients.size()));
    Task next = null;
    int bestRank = Integer.MAX_VALUE;
    for (var task : waiters) {
      int rank = task.priority.ordinal() + (task.client.inFlight < share ? 0 : BEYOND_SHARE);
      if (hasCapacity(task.priority) && rank < bestRank) {
        next = task;
        bestRank = rank;
      }
    }
    return next;
  }

  /**
   * Returns the newest request of the lowest priority, of a client beyond its share if there is
   * one.
   *
   * @param only the priority to which the choice is limited; null for none
   */
  private Task leastImportant(int mayWait, @Nullable Priority only) {
    int share = Math.max(1, mayWait / clients.size());
    var least = waiters.get(waiters.size() - 1);
    int leastRank = 0;
    for (var task : waiters) {
      int rank = task.priority.ordinal() + (task.client.waiting > share ? BEYOND_SHARE : 0);
      if (rank >= leastRank && (only == null || task.priority == only)) {
        least = task;
        leastRank = rank;
      }
    }
    return least;
  }

  private Duration maxWait(Priority priority) {
    return priority == Priority.ORDER
        ? ORDER_WAIT
        : isOverloaded(priority) ? OVERLOAD_WAIT : BURST_WAIT;
  }

  private boolean isOverloaded(Priority priority) {
    int index = priority.ordinal();
    var after = wasFull[index] ? OVERLOAD_AFTER_FULL : OVERLOAD_AFTER;
    return now - pauseEnded[index] > after.toNanos();
  }

  /**
   * Returns whether no request of the priority has waited for longer than {@link #MAX_GAP}. While
   * there is no capacity, this can be because all were rejected; then it is a pause only if none
   * was rejected in the last second.
   */
  private boolean isPause(Priority priority) {
    int index = priority.ordinal();
    return waiting[index] == 0
        && now - waitingChanged[index] > MAX_GAP.toNanos()
        && (hasCapacity(priority) || now - lastRejected[index] > BURST_WAIT.toNanos());
  }
}
