package dev.bookmarket.marketplace.home;

import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.protobufs.recommendations.BookCategory;
import dev.bookmarket.protobufs.recommendations.BookRecommendation;
import dev.bookmarket.protobufs.recommendations.RecommendationRequest;
import dev.bookmarket.protobufs.recommendations.RecommendationResponse;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc.RecommendationsFutureStub;
import dev.bookmarket.runtime.client.GrpcFutures;
import io.grpc.Channel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Asks the recommendations service. Suggestions are optional content: a page goes without them. */
public final class RecommendationsClient {
  private static final String SERVICE = "Recommendations";

  /** The slug of the one category that is asked for. */
  private static final String MYSTERY = "mystery";

  private final RecommendationsFutureStub recommendations;

  /** A client that calls through that channel. */
  public RecommendationsClient(Channel channel) {
    recommendations = RecommendationsGrpc.newFutureStub(channel);
  }

  /**
   * At most that many mystery books, none where the catalogue has none; nothing at all where the
   * service gives no answer in time.
   */
  public CompletableFuture<Optional<List<Suggestion>>> mysterySuggestions(int maxResults) {
    var request =
        RecommendationRequest.newBuilder()
            .setUserId(1)
            .setCategory(BookCategory.MYSTERY)
            .setMaxResults(maxResults)
            .build();
    return GrpcFutures.optional(
        SERVICE,
        // A category without a book is refused as one that does not exist; it is no failure here.
        GrpcFutures.ifNotFound(
            GrpcFutures.responseOf(SERVICE, recommendations.recommend(request))
                .thenApply(RecommendationsClient::suggestionsOf),
            List.of()));
  }

  private static List<Suggestion> suggestionsOf(RecommendationResponse response) {
    return response.getRecommendationsList().stream()
        .map(RecommendationsClient::suggestionOf)
        .toList();
  }

  private static Suggestion suggestionOf(BookRecommendation book) {
    return new Suggestion(
        book.getId(), book.getTitle(), book.getAuthor(), MYSTERY, new Money(book.getPriceCents()));
  }
}
