package dev.bookmarket.recommendations;

import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.server.GrpcServerConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The configuration of the recommendations service.
 *
 * @param server the configuration of the gRPC server
 * @param catalogueFile the CSV file to load; empty for the built-in catalogue
 */
public record RecommendationsConfig(GrpcServerConfig server, Optional<Path> catalogueFile) {
  /** Reads RECOMMENDATIONS_PORT, CATALOGUE_FILE and the variables of every gRPC server. */
  public static RecommendationsConfig from(Environment environment) {
    return new RecommendationsConfig(
        GrpcServerConfig.from(environment, "recommendations", 50_051),
        environment.path(
            "CATALOGUE_FILE", "a CSV file of books to load instead of the built-in ones"));
  }
}
