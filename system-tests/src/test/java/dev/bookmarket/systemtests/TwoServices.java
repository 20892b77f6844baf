package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HomePage.assertComplete;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The shop in two terminals: a recommendations service and a marketplace that asks it. The backend
 * can be taken away and given back.
 */
public final class TwoServices implements AutoCloseable {
  /**
   * Within which the shop must be whole again once its backend is: by default long enough for a
   * busy machine, and less than the 30 seconds for which the JDK and gRPC keep a DNS answer. {@code
   * bench/long-forms} checks the 5 seconds that the README promises.
   */
  public static final Duration RECOVERY = Duration.ofSeconds(Integer.getInteger("recovery", 25));

  /** The ways in which a backend can be gone. */
  enum Outage {
    /** Killed: its connections end, and new ones are refused. */
    DEAD,
    /** Paused: its connections stay, new ones are taken, and nothing is answered. */
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

  /** Starts both, the backend first; returns when they serve. */
  static TwoServices start() {
    return start(Map.of());
  }

  /** The same, the backend with these variables. */
  static TwoServices start(Map<String, String> backendVariables) {
    return new TwoServices(backendVariables);
  }

  Visitor visitor() {
    return visitor;
  }

  int recommendationsPort() {
    return recommendationsPort;
  }

  /** What the marketplace has logged of its backend. */
  List<String> logOfBackend() {
    return marketplace.log().stream()
        .filter(line -> line.contains("backend=127.0.0.1:" + recommendationsPort + " "))
        .toList();
  }

  /** All that the marketplace has logged. */
  List<String> log() {
    return marketplace.log();
  }

  /** Takes the backend away. */
  void begin(Outage outage) {
    switch (outage) {
      case DEAD -> recommendations.kill();
      case HUNG -> recommendations.suspend();
    }
  }

  /** Gives the backend back, and returns when it serves; does nothing where it is there. */
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

  /** Waits until the home page lacks nothing. */
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
