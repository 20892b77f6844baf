package dev.bookmarket.recommendations;

import dev.bookmarket.protobufs.recommendations.BookCategory;
import dev.bookmarket.protobufs.recommendations.BookRecommendation;
import dev.bookmarket.protobufs.recommendations.RecommendationRequest;
import dev.bookmarket.protobufs.recommendations.RecommendationResponse;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc.RecommendationsImplBase;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The tutorials' contract: translates requests for the {@link Recommender} and its answers. */
final class RecommendationsEndpoint extends RecommendationsImplBase {
  private final Recommender recommender;

  RecommendationsEndpoint(Recommender recommender) {
    this.recommender = recommender;
  }

  @Override
  public void recommend(
      RecommendationRequest request, StreamObserver<RecommendationResponse> reply) {
    reply.onNext(
        responseOf(
            recommender.recommend(categoryOf(request.getCategory()), request.getMaxResults())));
    reply.onCompleted();
  }

  static Category categoryOf(BookCategory category) {
    if (category == BookCategory.UNRECOGNIZED) {
      throw BookCatalogue.categoryNotFound();
    }
    return Category.valueOf(category.name());
  }

  private static RecommendationResponse responseOf(List<Book> books) {
    var response = RecommendationResponse.newBuilder();
    for (var book : books) {
      response.addRecommendations(
          BookRecommendation.newBuilder()
              .setId(book.id())
              .setTitle(book.title())
              .setAuthor(book.author())
              .setPriceCents(book.priceCents()));
    }
    return response.build();
  }
}
