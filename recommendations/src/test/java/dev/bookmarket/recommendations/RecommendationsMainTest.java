package dev.bookmarket.recommendations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.protobufs.recommendations.RecommendationRequest;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc;
import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.JavaProcess;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RecommendationsMainTest {
  @TempDir private Path directory;

  @Test
  void lists_its_variables_for_help() {
    try (var process = run(Map.of(), "--help")) {
      assertThat(process.awaitEnd()).isZero();
      assertThat(process.output())
          .contains("recommendations reads these environment variables:")
          .anyMatch(line -> line.startsWith("  LOG_LEVEL "))
          .anyMatch(line -> line.startsWith("  RECOMMENDATIONS_PORT     50051 "))
          .anyMatch(line -> line.startsWith("  BIND_ADDRESS             127.0.0.1 "))
          .anyMatch(line -> line.startsWith("  DRAIN_MS                 5000 "))
          .anyMatch(line -> line.startsWith("  MAX_CONNECTION_AGE_MS    20000 "))
          .anyMatch(line -> line.startsWith("  CATALOGUE_FILE           (unset) "));
    }
  }

  @Test
  void stops_with_one_line_if_the_file_is_invalid() throws IOException {
    var file = Files.writeString(directory.resolve("books.csv"), "");
    try (var process = run(Map.of("CATALOGUE_FILE", file.toString()))) {
      assertThat(process.awaitEnd()).isOne();
      assertThat(process.errors())
          .singleElement()
          .asString()
          .startsWith("recommendations: CATALOGUE_FILE " + file + ", line 1, column id: expected ");
    }
  }

  /** The smallest catalogue for the warm-up: one book of one category. */
  @Test
  void starts_with_a_catalogue_of_one_book() throws IOException {
    var file =
        Files.writeString(
            directory.resolve("books.csv"),
            "id,title,author,year,category,price_cents,description\n" + "1,?,X,1,poetry,1,\n");
    var config =
        RecommendationsConfig.from(
            Environment.of(
                Map.of(
                    "RECOMMENDATIONS_PORT", "0",
                    "DRAIN_MS", "0",
                    "CATALOGUE_FILE", file.toString())));
    try (var server = RecommendationsMain.start(config)) {
      var channel =
          Grpc.newChannelBuilderForAddress(
                  "127.0.0.1", server.port(), InsecureChannelCredentials.create())
              .build();
      var request = RecommendationRequest.newBuilder().setCategoryValue(9).setMaxResults(3).build();
      assertThat(RecommendationsGrpc.newBlockingStub(channel).recommend(request))
          .extracting(response -> response.getRecommendations(0).getTitle())
          .isEqualTo("?");
      channel.shutdownNow();
    }
  }

  private static JavaProcess run(Map<String, String> variables, String... arguments) {
    return JavaProcess.start(RecommendationsMain.class, variables, List.of(), arguments);
  }
}
