package dev.bookmarket.marketplace.home;

import dev.bookmarket.marketplace.catalogue.Money;
import dev.bookmarket.protobufs.recommendations.BookCategory;
import dev.bookmarket.protobufs.recommendations.BookRecommendation;
import dev.bookmarket.protobufs.recommendations.RecommendationRequest;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc.RecommendationsFutureStub;
import dev.bookmarket.runtime.client.GrpcFutures;
import io.grpc.Channel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The client of the recommendations service. Suggestions are optional content. */
public final class RecommendationsClient {
  private static final String SERVICE = "Recommendations";

  /** The slug of the requested category. */
  private static final String MYSTERY = "mystery";

  private final RecommendationsFutureStub recommendations;

  /** Creates a client that calls through the channel. */
  public RecommendationsClient(Channel channel) {
    recommendations = RecommendationsGrpc.newFutureStub(channel);
  }

  /**
   * Returns up to {@code maxResults} mystery books; an empty list if the catalogue has none; an
   * empty Optional if the service is unavailable.
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
        // The service returns NOT_FOUND for a category without books, which is not a failure here.
        GrpcFutures.ifNotFound(
            GrpcFutures.responseOf(SERVICE, recommendations.recommend(request))
                .thenApply(
                    response ->
                        response.getRecommendationsList().stream()
                            .map(RecommendationsClient::suggestionOf)
                            .toList()),
            List.of()));
  }

  private static Suggestion suggestionOf(BookRecommendation book) {
    return new Suggestion(
        book.getId(), book.getTitle(), book.getAuthor(), MYSTERY, new Money(book.getPriceCents()));
  }
}
