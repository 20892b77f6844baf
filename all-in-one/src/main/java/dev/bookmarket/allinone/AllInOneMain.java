package dev.bookmarket.allinone;

import dev.bookmarket.marketplace.MarketplaceMain;
import dev.bookmarket.recommendations.RecommendationsMain;
import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.Running;
import dev.bookmarket.runtime.ServiceProcess;

/** Starts every service on its own port of the loopback, and stops them together. */
public final class AllInOneMain {
  private AllInOneMain() {}

  /** Runs the shop until it is told to stop. */
  public static void main(String[] arguments) {
    ServiceProcess.run(
        "bookmarket",
        arguments,
        Environment.ofProcess().withDefaults(AllInOneConfig.DEFAULTS),
        AllInOneConfig::from,
        AllInOneMain::start);
  }

  /**
   * Starts the backends first, so that the first page has everything; returns when all is ready.
   */
  static Running start(AllInOneConfig config) {
    var recommendations = RecommendationsMain.start(config.recommendations());
    var marketplace =
        MarketplaceMain.start(config.marketplace().withRecommendationsPort(recommendations.port()));
    System.out.println("Bookmarket is open at http://localhost:" + marketplace.port());
    return () -> {
      marketplace.close();
      recommendations.close();
    };
  }
}
