package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.bookmarket.protobufs.catalogue.v1.Book;
import dev.bookmarket.protobufs.catalogue.v1.BookMatch;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksResponse;
import dev.bookmarket.protobufs.catalogue.v1.TextRange;
import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.JavaProcess;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process with the heap of the image, and clients that send batches of calls at once. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class JsonRpcMemoryTest {
  private static final int CLIENTS = 10;

  private final ScriptedBackend catalogue = ScriptedBackend.start();
  private JavaProcess shop;
  private int port;

  @BeforeEach
  void start() {
    shop =
        JavaProcess.start(
            MarketplaceMain.class,
            Map.of(
                "MARKETPLACE_PORT", "0",
                "DRAIN_MS", "0",
                "RECOMMENDATIONS_PORT", String.valueOf(catalogue.port()),
                "ORDERS_PORT", "1",
                "GREETER_PORT", "1"),
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx56m",
                "-XX:+ExitOnOutOfMemoryError"));
    port = Integer.parseInt(shop.awaitOutput("port=(\\d+) .*Serving HTTP$").group(1));
  }

  @AfterEach
  void stop() {
    shop.close();
    catalogue.close();
  }

  @Test
  void batches_of_searches_with_many_ranges() throws Exception {
    // 32 KiB of JSON, and more objects than characters of text
    flood(5, 50, found(100, "About it. ", 3));
  }

  @Test
  void batches_of_searches_with_long_descriptions() throws Exception {
    // nearly 320 KiB of JSON
    flood(2, 50, found(100, "\u66f8\u2019s".repeat(390), 3));
  }

  @Test
  void batches_of_searches_whose_results_are_too_long() throws Exception {
    // 270 KB of protobuf, 900 KB of JSON; few calls, because each needs much CPU time
    flood(1, 10, found(100, "About it. ", 450));
  }

  private static SearchBooksResponse found(int books, String description, int ranges) {
    var response = SearchBooksResponse.newBuilder().setTotalSize(books);
    var range = TextRange.newBuilder().setStart(1).setEnd(2);
    for (int id = 1; id <= books; id++) {
      var match = BookMatch.newBuilder();
      for (int i = 0; i < ranges; i++) {
        match.addDescription(range);
      }
      response
          .addMatches(match)
          .addBooks(
              Book.newBuilder()
                  .setId(id)
                  .setTitle("Title " + id)
                  .setAuthor("Author " + id)
                  .setCategory("mystery")
                  .setDescription(description));
    }
    return response.build();
  }

  private void flood(int batches, int calls, SearchBooksResponse response) throws Exception {
    catalogue.find(response);
    var clients = Executors.newFixedThreadPool(CLIENTS);
    var attacks = Collections.<Callable<Void>>nCopies(CLIENTS, () -> attack(batches, calls));
    try {
      for (var attack : clients.invokeAll(attacks)) {
        attack.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(String.join("\n", shop.output()), e);
    } finally {
      clients.shutdownNow();
    }

    assertThat(RawHttp.get(port, "/healthz").status()).isEqualTo(200);
    Eventually.soon("the home page", () -> RawHttp.get(port, "/").status() == 200);
    shop.terminate();
    assertThat(shop.awaitEnd()).isEqualTo(143); // of SIGTERM
    assertThat(shop.output()).noneMatch(line -> line.contains("OutOfMemory"));
    assertThat(shop.errors()).isEmpty();
  }

  private Void attack(int batches, int calls) {
    for (int i = 0; i < batches; i++) {
      assertRespondsToEachCall(calls);
    }
    return null;
  }

  private void assertRespondsToEachCall(int calls) {
    var call =
        "{\"jsonrpc\":\"2.0\",\"id\":%s,"
            + "\"method\":\"bookmarket.catalogue.v1.CatalogueService.SearchBooks\",\"params\":[\"the\",100]}";
    var batch = IntStream.range(0, calls).mapToObj(call::formatted).toList().toString();
    var response =
        RawHttp.exchange(
            port,
            "POST /jsonrpc HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Length: "
                + batch.length()
                + "\r\n\r\n"
                + batch);
    assertThat(response.status()).isEqualTo(200);
    var results = JsonParser.parseString(response.body()).getAsJsonArray();
    assertThat(results).hasSize(calls);
    for (int id = 0; id < calls; id++) {
      var result = results.get(id).getAsJsonObject();
      assertThat(result.get("id").getAsInt()).isEqualTo(id);
      if (!result.has("result")) {
        // A busy machine can miss the deadline of a call.
        assertThat(result.get("error").toString())
            .containsAnyOf("RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED");
      }
    }
  }
}
