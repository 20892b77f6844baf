package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HomePage.assertComplete;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A recommendations service and a marketplace that calls it. Tests can simulate outages of the
 * service.
 */
public final class TwoServices implements AutoCloseable {
  /**
   * The time limit for the shop to recover after its backend has recovered. The default is long
   * enough for a busy machine, but shorter than the 30 s for which the JDK and gRPC cache DNS
   * results. {@code bench/long-forms} checks the 5 s that the README specifies.
   */
  public static final Duration RECOVERY = Duration.ofSeconds(Integer.getInteger("recovery", 25));

  /** Kinds of outages. */
  enum Outage {
    /** The process is killed: its connections are closed, and new ones are refused. */
    DEAD,
    /** The process is suspended: it accepts connections, but does not respond. */
    HUNG
  }

  private final int recommendationsPort = Ports.free();
  private final Map<String, String> backendVariables;
  private final ProcessUnderTest marketplace;
  private final Visitor visitor;
  private ProcessUnderTest recommendations;

  private TwoServices(Map<String, String> backendVariables) {
    this.backendVariables = backendVariables;
    recommendations = backend();
    try {
      marketplace = ProcessUnderTest.marketplace("127.0.0.1", recommendationsPort);
    } catch (AssertionError failure) {
      recommendations.close();
      throw failure;
    }
    visitor = Visitor.of(marketplace.port());
  }

  /** Starts the backend, then the marketplace; returns when both serve. */
  static TwoServices start() {
    return start(Map.of());
  }

  /** Like {@link #start()}, with environment variables for the backend. */
  static TwoServices start(Map<String, String> backendVariables) {
    return new TwoServices(backendVariables);
  }

  Visitor visitor() {
    return visitor;
  }

  int recommendationsPort() {
    return recommendationsPort;
  }

  /** Returns the log lines of the marketplace about its backend. */
  List<String> logOfBackend() {
    return marketplace.log().stream()
        .filter(line -> line.contains("backend=127.0.0.1:" + recommendationsPort + " "))
        .toList();
  }

  /** Returns all log lines of the marketplace. */
  List<String> log() {
    return marketplace.log();
  }

  /** Starts an outage of the backend. */
  void begin(Outage outage) {
    switch (outage) {
      case DEAD -> recommendations.kill();
      case HUNG -> recommendations.suspend();
    }
  }

  /** Ends an outage; returns when the backend serves. Does nothing if there is no outage. */
  void end(Outage outage) {
    switch (outage) {
      case DEAD -> {
        if (!recommendations.isAlive()) {
          recommendations = backend();
        }
      }
      case HUNG -> recommendations.resume();
    }
  }

  /** Waits until the home page is complete. */
  void awaitWhole() {
    Polling.within(RECOVERY, () -> assertComplete(visitor.get("/")));
  }

  private ProcessUnderTest backend() {
    return ProcessUnderTest.recommendations("127.0.0.1", recommendationsPort, backendVariables);
  }

  @Override
  public void close() {
    marketplace.close();
    recommendations.close();
  }
}
