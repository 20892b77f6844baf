package dev.bookmarket.recommendations;

import dev.bookmarket.protobufs.catalogue.v1.BatchGetBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.BatchGetBooksResponse;
import dev.bookmarket.protobufs.catalogue.v1.BookMatch;
import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc;
import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc.CatalogueServiceImplBase;
import dev.bookmarket.protobufs.catalogue.v1.GetBookRequest;
import dev.bookmarket.protobufs.catalogue.v1.GetBookResponse;
import dev.bookmarket.protobufs.catalogue.v1.ListBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListBooksResponse;
import dev.bookmarket.protobufs.catalogue.v1.ListCategoriesRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListCategoriesResponse;
import dev.bookmarket.protobufs.catalogue.v1.ListSimilarBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListSimilarBooksResponse;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksResponse;
import dev.bookmarket.protobufs.catalogue.v1.TextRange;
import dev.bookmarket.runtime.RejectedRequestException;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.List;

/**
 * Serves {@code CatalogueService}: converts its messages and calls the {@link BookCatalogue} and
 * the {@link BookSearch}.
 */
final class CatalogueEndpoint extends CatalogueServiceImplBase {
  private static final String ORDER_PREFIX = "BOOK_ORDER_";

  private final BookCatalogue catalogue;
  private final BookSearch search;

  CatalogueEndpoint(BookCatalogue catalogue, BookSearch search) {
    this.catalogue = catalogue;
    this.search = search;
  }

  /** Calls each RPC a few times, so that the first caller does not wait for a cold JVM. */
  static void warmUp(Channel channel) {
    var catalogue = CatalogueServiceGrpc.newBlockingStub(channel);
    for (int round = 0; round < 4; round++) {
      var categories = catalogue.listCategories(ListCategoriesRequest.getDefaultInstance());
      var category = categories.getCategories(round % categories.getCategoriesCount());
      var list = ListBooksRequest.newBuilder().setCategory(category.getSlug()).setPageSize(12);
      var page = catalogue.listBooks(list.build());
      catalogue.listBooks(list.setPageToken(page.getNextPageToken()).build());
      var book = page.getBooks(0);
      catalogue.getBook(GetBookRequest.newBuilder().setId(book.getId()).build());
      catalogue.batchGetBooks(BatchGetBooksRequest.newBuilder().addIds(book.getId()).build());
      catalogue.listSimilarBooks(ListSimilarBooksRequest.newBuilder().setId(book.getId()).build());
      var title = book.getTitle();
      var query = title.substring(0, Math.min(title.length(), BookSearch.MAX_QUERY));
      catalogue.searchBooks(SearchBooksRequest.newBuilder().setQuery(query).build());
    }
  }

  @Override
  public void listCategories(
      ListCategoriesRequest request, StreamObserver<ListCategoriesResponse> reply) {
    var response = ListCategoriesResponse.newBuilder();
    catalogue.categories().forEach(category -> response.addCategories(messageOf(category)));
    reply.onNext(response.build());
    reply.onCompleted();
  }

  @Override
  public void listBooks(ListBooksRequest request, StreamObserver<ListBooksResponse> reply) {
    var category = catalogue.category(request.getCategory());
    var order = orderOf(request);
    var page =
        ListSlice.of(
            catalogue.books(category, order),
            listName(category, order),
            request.getPageSize(),
            request.getPageToken());
    var response =
        ListBooksResponse.newBuilder()
            .setCategory(messageOf(category))
            .setNextPageToken(page.nextToken())
            .setPreviousPageToken(page.previousToken())
            .setOffset(page.offset())
            .setOrder(
                dev.bookmarket.protobufs.catalogue.v1.BookOrder.valueOf(ORDER_PREFIX + order));
    page.items().forEach(book -> response.addBooks(messageOf(book)));
    reply.onNext(response.build());
    reply.onCompleted();
  }

  @Override
  public void getBook(GetBookRequest request, StreamObserver<GetBookResponse> reply) {
    var book = catalogue.book(request.getId());
    reply.onNext(
        GetBookResponse.newBuilder()
            .setBook(messageOf(book))
            .setCategory(messageOf(book.category()))
            .build());
    reply.onCompleted();
  }

  @Override
  public void batchGetBooks(
      BatchGetBooksRequest request, StreamObserver<BatchGetBooksResponse> reply) {
    var response = BatchGetBooksResponse.newBuilder();
    catalogue.books(request.getIdsList()).forEach(book -> response.addBooks(messageOf(book)));
    reply.onNext(response.build());
    reply.onCompleted();
  }

  @Override
  public void listSimilarBooks(
      ListSimilarBooksRequest request, StreamObserver<ListSimilarBooksResponse> reply) {
    var book = catalogue.book(request.getId());
    var response = ListSimilarBooksResponse.newBuilder();
    search
        .similarTo(book, request.getMaxResults())
        .forEach(other -> response.addBooks(messageOf(other)));
    reply.onNext(response.build());
    reply.onCompleted();
  }

  @Override
  public void searchBooks(SearchBooksRequest request, StreamObserver<SearchBooksResponse> reply) {
    var found = search.search(request.getQuery());
    var page =
        ListSlice.of(found.matches(), found.name(), request.getPageSize(), request.getPageToken());
    var response =
        SearchBooksResponse.newBuilder()
            .setNextPageToken(page.nextToken())
            .setPreviousPageToken(page.previousToken())
            .setOffset(page.offset())
            .setTotalSize(found.total())
            .setCorrectedQuery(found.correctedQuery());
    for (var match : page.items()) {
      response.addBooks(messageOf(match.book())).addMatches(messageOf(match));
    }
    reply.onNext(response.build());
    reply.onCompleted();
  }

  /** Returns the order in which the contract and the shop have the same names. */
  private static BookOrder orderOf(ListBooksRequest request) {
    return switch (request.getOrder()) {
      case BOOK_ORDER_UNSPECIFIED -> BookOrder.TITLE;
      case UNRECOGNIZED ->
          throw RejectedRequestException.invalid(
              "order must be a number of BookOrder, but is " + request.getOrderValue());
      default -> BookOrder.valueOf(request.getOrder().name().substring(ORDER_PREFIX.length()));
    };
  }

  /**
   * Returns the name of a list in page tokens. The list by title has no suffix, so that old tokens
   * are still valid.
   */
  private static String listName(Category category, BookOrder order) {
    var name = "category " + category.slug();
    return order == BookOrder.TITLE ? name : name + " by " + order;
  }

  private dev.bookmarket.protobufs.catalogue.v1.Category messageOf(Category category) {
    return dev.bookmarket.protobufs.catalogue.v1.Category.newBuilder()
        .setSlug(category.slug())
        .setName(category.displayName())
        .setBookCount(catalogue.books(category).size())
        .build();
  }

  private static dev.bookmarket.protobufs.catalogue.v1.Book messageOf(Book book) {
    return dev.bookmarket.protobufs.catalogue.v1.Book.newBuilder()
        .setId(book.id())
        .setTitle(book.title())
        .setAuthor(book.author())
        .setYear(book.year())
        .setCategory(book.category().slug())
        .setPriceCents(book.priceCents())
        .setDescription(book.description())
        .build();
  }

  private static BookMatch messageOf(Match match) {
    return BookMatch.newBuilder()
        .addAllTitle(rangesIn(match.book().title(), match))
        .addAllAuthor(rangesIn(match.book().author(), match))
        .addAllDescription(rangesIn(match.book().description(), match))
        .build();
  }

  private static List<TextRange> rangesIn(String text, Match match) {
    return match.rangesIn(text).stream()
        .map(range -> TextRange.newBuilder().setStart(range.start()).setEnd(range.end()).build())
        .toList();
  }
}
