package dev.bookmarket.marketplace.catalogue;

import static dev.bookmarket.runtime.RejectedRequestException.Reason.INVALID;
import static dev.bookmarket.runtime.RejectedRequestException.Reason.NOT_FOUND;

import dev.bookmarket.marketplace.language.LocalizedException;
import dev.bookmarket.protobufs.catalogue.v1.BatchGetBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.BookMatch;
import dev.bookmarket.protobufs.catalogue.v1.BookOrder;
import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc;
import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc.CatalogueServiceFutureStub;
import dev.bookmarket.protobufs.catalogue.v1.GetBookRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListBooksResponse;
import dev.bookmarket.protobufs.catalogue.v1.ListCategoriesRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListSimilarBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksResponse;
import dev.bookmarket.protobufs.catalogue.v1.TextRange;
import dev.bookmarket.runtime.client.GrpcFutures;
import io.grpc.Channel;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A client of the catalogue. Categories and similar books are optional content: if they cannot be
 * loaded, the page is rendered without them. Books, the books of a category and search results are
 * required: if they cannot be loaded, the future fails as {@link GrpcFutures#responseOf} describes.
 */
public final class CatalogueClient {
  private static final String SERVICE = "CatalogueService";

  private static final int PAGE_SIZE = 12;
  private static final int MAX_SIMILAR = 6;

  private final CatalogueServiceFutureStub catalogue;

  /** Creates a client that calls through the channel. */
  public CatalogueClient(Channel channel) {
    catalogue = CatalogueServiceGrpc.newFutureStub(channel);
  }

  /** Returns all categories; empty if they could not be loaded. */
  public CompletableFuture<Optional<List<Category>>> categories() {
    return GrpcFutures.optional(
        SERVICE,
        GrpcFutures.responseOf(
                SERVICE, catalogue.listCategories(ListCategoriesRequest.getDefaultInstance()))
            .thenApply(
                response ->
                    response.getCategoriesList().stream()
                        .map(CatalogueClient::categoryOf)
                        .toList()));
  }

  /**
   * Returns a page of a category's books, and the category.
   *
   * @param page the token of the page, which is valid for this order only; empty for the first page
   */
  public CompletableFuture<CategoryPage> books(String slug, Sort sort, String page) {
    var request =
        ListBooksRequest.newBuilder()
            .setCategory(slug)
            .setOrder(BookOrder.valueOf("BOOK_ORDER_" + sort))
            .setPageSize(PAGE_SIZE)
            .setPageToken(page)
            .build();
    var books =
        GrpcFutures.responseOf(SERVICE, catalogue.listBooks(request))
            .thenApply(CatalogueClient::categoryPageOf);
    return GrpcFutures.mapRejection(
        mapInvalidPage(books),
        NOT_FOUND,
        () -> LocalizedException.notFound("error.not-found.category"));
  }

  /** Returns a book and its category. */
  public CompletableFuture<BookWithCategory> book(int id) {
    return GrpcFutures.mapRejection(
        getBook(id), NOT_FOUND, () -> LocalizedException.notFound("error.not-found.book"));
  }

  private CompletableFuture<BookWithCategory> getBook(int id) {
    var request = GetBookRequest.newBuilder().setId(id).build();
    return GrpcFutures.responseOf(SERVICE, catalogue.getBook(request))
        .thenApply(
            response ->
                new BookWithCategory(
                    bookOf(response.getBook()), categoryOf(response.getCategory())));
  }

  /**
   * Returns the books most similar to that one, most similar first: an empty list also if there is
   * no such book; an empty Optional if they could not be loaded.
   */
  public CompletableFuture<Optional<List<Book>>> similarTo(int id) {
    var request = ListSimilarBooksRequest.newBuilder().setId(id).setMaxResults(MAX_SIMILAR).build();
    var similar =
        GrpcFutures.responseOf(SERVICE, catalogue.listSimilarBooks(request))
            .thenApply(
                response -> response.getBooksList().stream().map(CatalogueClient::bookOf).toList());
    return GrpcFutures.optional(SERVICE, GrpcFutures.ifNotFound(similar, List.of()));
  }

  /**
   * Returns these books by number, without those that do not exist.
   *
   * @param ids at most 100, all different
   */
  public CompletableFuture<Map<Integer, Book>> booksOf(Collection<Integer> ids) {
    if (ids.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    var request = BatchGetBooksRequest.newBuilder().addAllIds(ids).build();
    return GrpcFutures.responseOf(SERVICE, catalogue.batchGetBooks(request))
        .thenApply(
            response -> response.getBooksList().stream().map(CatalogueClient::bookOf).toList())
        .exceptionallyCompose(
            failure ->
                // An old server has only GetBook; both releases run during a rolling update.
                Status.fromThrowable(failure).getCode() == Status.Code.UNIMPLEMENTED
                    ? booksOneByOne(ids)
                    : CompletableFuture.failedFuture(failure))
        .thenApply(
            books -> books.stream().collect(Collectors.toMap(Book::id, Function.identity())));
  }

  private CompletableFuture<List<Book>> booksOneByOne(Collection<Integer> ids) {
    var books = ids.stream().map(this::bookIfFound).toList();
    return CompletableFuture.allOf(books.toArray(CompletableFuture[]::new))
        .thenApply(
            done -> books.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList());
  }

  private CompletableFuture<Optional<Book>> bookIfFound(int id) {
    return GrpcFutures.ifNotFound(
        getBook(id).thenApply(found -> Optional.of(found.book())), Optional.empty());
  }

  /**
   * Returns a page of the books that a search finds.
   *
   * @param query 1 to 200 characters, not blank
   * @param page the token of the page; empty for the first page
   */
  public CompletableFuture<SearchPage> search(String query, String page) {
    var request =
        SearchBooksRequest.newBuilder()
            .setQuery(query)
            .setPageSize(PAGE_SIZE)
            .setPageToken(page)
            .build();
    return mapInvalidPage(
        GrpcFutures.responseOf(SERVICE, catalogue.searchBooks(request))
            .thenApply(response -> searchPageOf(query, response)));
  }

  /** The page token is the only field of these requests that can be invalid. */
  private static <T> CompletableFuture<T> mapInvalidPage(CompletableFuture<T> books) {
    return GrpcFutures.mapRejection(
        books, INVALID, () -> LocalizedException.invalid("error.invalid.page"));
  }

  /** Returns the order. An old server supports only the order by title, and does not set it. */
  private static Sort sortOf(BookOrder order) {
    return switch (order) {
      case BOOK_ORDER_AUTHOR -> Sort.AUTHOR;
      case BOOK_ORDER_YEAR -> Sort.YEAR;
      case BOOK_ORDER_PRICE -> Sort.PRICE;
      case BOOK_ORDER_TITLE, BOOK_ORDER_UNSPECIFIED, UNRECOGNIZED -> Sort.TITLE;
    };
  }

  private static CategoryPage categoryPageOf(ListBooksResponse response) {
    return new CategoryPage(
        categoryOf(response.getCategory()),
        sortOf(response.getOrder()),
        response.getBooksList().stream()
            .map(book -> listedBookOf(book, BookMatch.getDefaultInstance()))
            .toList(),
        Paging.from(
            response.getOffset(),
            response.getBooksCount(),
            response.getPreviousPageToken(),
            response.getNextPageToken()));
  }

  static SearchPage searchPageOf(String query, SearchBooksResponse response) {
    var matches = new ArrayList<>(response.getMatchesList());
    while (matches.size() < response.getBooksCount()) {
      // An old server does not report where books match.
      matches.add(BookMatch.getDefaultInstance());
    }
    return new SearchPage(
        query,
        response.getTotalSize(),
        response.getCorrectedQuery(),
        IntStream.range(0, response.getBooksCount())
            .mapToObj(i -> listedBookOf(response.getBooks(i), matches.get(i)))
            .toList(),
        Paging.from(
            response.getOffset(),
            response.getBooksCount(),
            response.getPreviousPageToken(),
            response.getNextPageToken()));
  }

  private static ListedBook listedBookOf(
      dev.bookmarket.protobufs.catalogue.v1.Book message, BookMatch match) {
    var book = bookOf(message);
    return new ListedBook(
        book,
        TextSegment.split(book.title(), positionsOf(match.getTitleList())),
        TextSegment.split(book.author(), positionsOf(match.getAuthorList())),
        TextSegment.split(book.description(), positionsOf(match.getDescriptionList())));
  }

  private static int[] positionsOf(List<TextRange> ranges) {
    return ranges.stream()
        .flatMapToInt(range -> IntStream.of(range.getStart(), range.getEnd()))
        .toArray();
  }

  private static Category categoryOf(dev.bookmarket.protobufs.catalogue.v1.Category category) {
    return new Category(category.getSlug(), category.getName(), category.getBookCount());
  }

  private static Book bookOf(dev.bookmarket.protobufs.catalogue.v1.Book book) {
    return new Book(
        book.getId(),
        book.getTitle(),
        book.getAuthor(),
        book.getYear(),
        book.getCategory(),
        new Money(book.getPriceCents()),
        book.getDescription());
  }
}
