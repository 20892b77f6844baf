package dev.bookmarket.recommendations;

import dev.bookmarket.protobufs.recommendations.BookCategory;
import dev.bookmarket.protobufs.recommendations.BookRecommendation;
import dev.bookmarket.protobufs.recommendations.RecommendationRequest;
import dev.bookmarket.protobufs.recommendations.RecommendationResponse;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc.RecommendationsImplBase;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** Serves {@code Recommendations}: converts its messages and calls the {@link Recommender}. */
final class RecommendationsEndpoint extends RecommendationsImplBase {
  private final Recommender recommender;

  RecommendationsEndpoint(Recommender recommender) {
    this.recommender = recommender;
  }

  /** Calls the RPC a few times, so that the first caller does not wait for a cold JVM. */
  static void warmUp(Channel channel, List<Category> categories) {
    var recommendations = RecommendationsGrpc.newBlockingStub(channel);
    for (int round = 0; round < 4; round++) {
      var category = BookCategory.valueOf(categories.get(round % categories.size()).name());
      recommendations.recommend(
          RecommendationRequest.newBuilder().setCategory(category).setMaxResults(3).build());
    }
  }

  @Override
  public void recommend(
      RecommendationRequest request, StreamObserver<RecommendationResponse> reply) {
    var category = categoryOf(request.getCategory());
    var response = RecommendationResponse.newBuilder();
    for (var book : recommender.recommend(category, request.getMaxResults())) {
      response.addRecommendations(
          BookRecommendation.newBuilder()
              .setId(book.id())
              .setTitle(book.title())
              .setAuthor(book.author())
              .setPriceCents(book.priceCents()));
    }
    reply.onNext(response.build());
    reply.onCompleted();
  }

  private static Category categoryOf(BookCategory category) {
    if (category == BookCategory.UNRECOGNIZED) {
      throw BookCatalogue.categoryNotFound();
    }
    return Category.valueOf(category.name());
  }
}
