package dev.bookmarket.recommendations;

import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc;
import dev.bookmarket.protobufs.catalogue.v1.GetBookRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListCategoriesRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListSimilarBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksRequest;
import dev.bookmarket.protobufs.recommendations.BookCategory;
import dev.bookmarket.protobufs.recommendations.RecommendationRequest;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc;
import dev.bookmarket.runtime.ServiceProcess;
import dev.bookmarket.runtime.server.GrpcServer;
import io.grpc.BindableService;
import io.grpc.Channel;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The recommendations service: the one place where its parts are put together. */
public final class RecommendationsMain {
  private static final int WARM_UP_ROUNDS = 4;

  private RecommendationsMain() {}

  /** Runs the service until it is told to stop. */
  public static void main(String[] arguments) {
    ServiceProcess.run(
        "recommendations", arguments, RecommendationsConfig::from, RecommendationsMain::start);
  }

  /** Loads the catalogue and serves it; returns when the service is ready. */
  public static GrpcServer start(RecommendationsConfig config) {
    var catalogue =
        config.catalogueFile().map(CatalogueFile::read).orElseGet(CatalogueFile::builtIn);
    return GrpcServer.start(config.server(), endpoints(catalogue), RecommendationsMain::warmUp);
  }

  /** What the service answers, over that catalogue. */
  static List<BindableService> endpoints(BookCatalogue catalogue) {
    return List.of(
        new RecommendationsEndpoint(
            new Recommender(catalogue, n -> ThreadLocalRandom.current().nextInt(n))),
        new CatalogueEndpoint(catalogue, new BookSearch(catalogue)));
  }

  /** Walks through what a visitor's pages ask for, with what the catalogue itself has to offer. */
  private static void warmUp(Channel channel) {
    var recommendations = RecommendationsGrpc.newBlockingStub(channel);
    var catalogue = CatalogueServiceGrpc.newBlockingStub(channel);
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      var categories = catalogue.listCategories(ListCategoriesRequest.getDefaultInstance());
      var category = categories.getCategories(round % categories.getCategoriesCount());
      recommendations.recommend(
          RecommendationRequest.newBuilder()
              .setCategory(
                  BookCategory.valueOf(Category.ofSlug(category.getSlug()).orElseThrow().name()))
              .setMaxResults(3)
              .build());
      var list = ListBooksRequest.newBuilder().setCategory(category.getSlug()).setPageSize(12);
      var page = catalogue.listBooks(list.build());
      catalogue.listBooks(list.setPageToken(page.getNextPageToken()).build());
      var book = page.getBooks(0);
      catalogue.getBook(GetBookRequest.newBuilder().setId(book.getId()).build());
      catalogue.listSimilarBooks(ListSimilarBooksRequest.newBuilder().setId(book.getId()).build());
      var title = book.getTitle();
      catalogue.searchBooks(
          SearchBooksRequest.newBuilder()
              .setQuery(title.substring(0, Math.min(title.length(), BookSearch.MAX_QUERY)))
              .build());
    }
  }
}
