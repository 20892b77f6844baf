package dev.bookmarket.recommendations;

import dev.bookmarket.runtime.ServiceProcess;
import dev.bookmarket.runtime.server.GrpcServer;
import io.grpc.BindableService;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Constructs and starts the recommendations service. */
public final class RecommendationsMain {
  private RecommendationsMain() {}

  /** Runs the service until the process receives SIGTERM or SIGINT. */
  public static void main(String[] arguments) {
    ServiceProcess.run(
        "recommendations", arguments, RecommendationsConfig::from, RecommendationsMain::start);
  }

  /** Loads the catalogue and starts the service; returns when it is ready. */
  public static GrpcServer start(RecommendationsConfig config) {
    var catalogue =
        config.catalogueFile().map(CatalogueFile::read).orElseGet(CatalogueFile::builtIn);
    return GrpcServer.start(
        config.server(),
        endpoints(catalogue),
        channel -> {
          RecommendationsEndpoint.warmUp(channel, catalogue.categories());
          CatalogueEndpoint.warmUp(channel);
        });
  }

  /** Returns the endpoints of the service. */
  static List<BindableService> endpoints(BookCatalogue catalogue) {
    return List.of(
        new RecommendationsEndpoint(
            new Recommender(catalogue, n -> ThreadLocalRandom.current().nextInt(n))),
        new CatalogueEndpoint(catalogue, new BookSearch(catalogue)));
  }
}
