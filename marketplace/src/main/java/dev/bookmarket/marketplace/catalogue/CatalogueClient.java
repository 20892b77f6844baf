package dev.bookmarket.marketplace.catalogue;

import static dev.bookmarket.runtime.RejectedRequestException.Reason.INVALID;
import static dev.bookmarket.runtime.RejectedRequestException.Reason.NOT_FOUND;
import static dev.bookmarket.runtime.client.GrpcFutures.isRejection;

import com.google.common.util.concurrent.ListenableFuture;
import dev.bookmarket.marketplace.language.LocalizedRejectionException;
import dev.bookmarket.marketplace.language.LocalizedUnavailableException;
import dev.bookmarket.protobufs.catalogue.v1.BookOrder;
import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc;
import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc.CatalogueServiceFutureStub;
import dev.bookmarket.protobufs.catalogue.v1.GetBookRequest;
import dev.bookmarket.protobufs.catalogue.v1.GetBookResponse;
import dev.bookmarket.protobufs.catalogue.v1.ListBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListBooksResponse;
import dev.bookmarket.protobufs.catalogue.v1.ListCategoriesRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListCategoriesResponse;
import dev.bookmarket.protobufs.catalogue.v1.ListSimilarBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksResponse;
import dev.bookmarket.runtime.client.BackendUnavailableException;
import dev.bookmarket.runtime.client.GrpcFutures;
import io.grpc.Channel;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Asks the catalogue. The list of categories and the books like one are optional content, which a
 * page goes without; a book, a category's books and a search are what their page is for, and fail
 * as {@link GrpcFutures#responseOf} says.
 */
public final class CatalogueClient {
  private static final String SERVICE = "CatalogueService";

  /** What a visitor takes in at a glance, on a phone too. */
  private static final int PAGE_SIZE = 12;

  /** Enough for a row or two. */
  private static final int SIMILAR = 6;

  private final CatalogueServiceFutureStub catalogue;

  /** A client that calls through that channel. */
  public CatalogueClient(Channel channel) {
    catalogue = CatalogueServiceGrpc.newFutureStub(channel);
  }

  /** All categories; nothing at all where the service gives no answer in time. */
  public CompletableFuture<Optional<List<Category>>> categories() {
    return GrpcFutures.optional(
        SERVICE,
        GrpcFutures.responseOf(
                SERVICE, catalogue.listCategories(ListCategoriesRequest.getDefaultInstance()))
            .thenApply(CatalogueClient::categoriesOf));
  }

  /**
   * A page of a category's books, and the category.
   *
   * @param page the token of the page, which holds for this sort only; empty for the first
   */
  public CompletableFuture<Shelf> books(String slug, Sort sort, String page) {
    var request =
        ListBooksRequest.newBuilder()
            .setCategory(slug)
            .setOrder(orderOf(sort))
            .setPageSize(PAGE_SIZE)
            .setPageToken(page)
            .build();
    var books = responseOf(catalogue.listBooks(request)).thenApply(CatalogueClient::shelfOf);
    return GrpcFutures.mapFailure(
        books,
        failure ->
            isRejection(failure, NOT_FOUND)
                ? LocalizedRejectionException.notFound("error.not-found.category")
                : rejectPage(failure));
  }

  /** A book, and its category. */
  public CompletableFuture<BookWithCategory> book(int id) {
    return GrpcFutures.mapFailure(
        request(id),
        failure ->
            isRejection(failure, NOT_FOUND)
                ? LocalizedRejectionException.notFound("error.not-found.book")
                : failure);
  }

  private CompletableFuture<BookWithCategory> request(int id) {
    return responseOf(catalogue.getBook(GetBookRequest.newBuilder().setId(id).build()))
        .thenApply(CatalogueClient::filedBookOf);
  }

  /**
   * The books most like that one, most similar first; none also where there is no such book, and
   * where the service gives no answer in time.
   */
  public CompletableFuture<List<Book>> similarTo(int id) {
    var request = ListSimilarBooksRequest.newBuilder().setId(id).setMaxResults(SIMILAR).build();
    var similar =
        GrpcFutures.responseOf(SERVICE, catalogue.listSimilarBooks(request))
            .thenApply(response -> booksOf(response.getBooksList()));
    return GrpcFutures.optional(SERVICE, GrpcFutures.ifNotFound(similar, List.of()))
        .thenApply(books -> books.orElse(List.of()));
  }

  /** These books, by number, but for those that are not in the catalogue; asked for all at once. */
  public CompletableFuture<Map<Integer, Book>> booksOf(Collection<Integer> ids) {
    var asked = ids.stream().map(this::bookIfAny).toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(
            all ->
                asked.stream()
                    .map(CompletableFuture::join)
                    .flatMap(Optional::stream)
                    .collect(Collectors.toMap(Book::id, Function.identity())));
  }

  private CompletableFuture<Optional<Book>> bookIfAny(int id) {
    return GrpcFutures.ifNotFound(
        request(id).thenApply(found -> Optional.of(found.book())), Optional.empty());
  }

  /**
   * A page of what a search finds.
   *
   * @param query neither blank nor longer than 200 characters
   * @param page the token of the page; empty for the first
   */
  public CompletableFuture<FoundBooks> search(String query, String page) {
    var request =
        SearchBooksRequest.newBuilder()
            .setQuery(query)
            .setPageSize(PAGE_SIZE)
            .setPageToken(page)
            .build();
    var found = responseOf(catalogue.searchBooks(request)).thenApply(CatalogueClient::foundBooksOf);
    return GrpcFutures.mapFailure(found, CatalogueClient::rejectPage);
  }

  private static <A> CompletableFuture<A> responseOf(ListenableFuture<A> call) {
    return GrpcFutures.mapFailure(
        GrpcFutures.responseOf(SERVICE, call),
        failure ->
            failure instanceof BackendUnavailableException
                ? new LocalizedUnavailableException("error.shelves", "error.shelves.text", failure)
                : failure);
  }

  /** The service rejects nothing else in these requests as invalid than the page token. */
  private static Throwable rejectPage(Throwable failure) {
    return isRejection(failure, INVALID)
        ? LocalizedRejectionException.invalid("error.invalid.page")
        : failure;
  }

  private static List<Category> categoriesOf(ListCategoriesResponse response) {
    return response.getCategoriesList().stream().map(CatalogueClient::categoryOf).toList();
  }

  private static BookOrder orderOf(Sort sort) {
    return switch (sort) {
      case TITLE -> BookOrder.BOOK_ORDER_TITLE;
      case AUTHOR -> BookOrder.BOOK_ORDER_AUTHOR;
      case YEAR -> BookOrder.BOOK_ORDER_YEAR;
      case PRICE -> BookOrder.BOOK_ORDER_PRICE;
    };
  }

  /** A server of before there were orders ignores them, and says nothing of them. */
  private static Sort sortOf(BookOrder order) {
    return switch (order) {
      case BOOK_ORDER_AUTHOR -> Sort.AUTHOR;
      case BOOK_ORDER_YEAR -> Sort.YEAR;
      case BOOK_ORDER_PRICE -> Sort.PRICE;
      case BOOK_ORDER_TITLE, BOOK_ORDER_UNSPECIFIED, UNRECOGNIZED -> Sort.TITLE;
    };
  }

  private static Shelf shelfOf(ListBooksResponse response) {
    return new Shelf(
        categoryOf(response.getCategory()),
        sortOf(response.getOrder()),
        booksOf(response.getBooksList()),
        Paging.from(
            response.getOffset(),
            response.getBooksCount(),
            response.getPreviousPageToken(),
            response.getNextPageToken()));
  }

  private static BookWithCategory filedBookOf(GetBookResponse response) {
    return new BookWithCategory(bookOf(response.getBook()), categoryOf(response.getCategory()));
  }

  private static FoundBooks foundBooksOf(SearchBooksResponse response) {
    return new FoundBooks(
        response.getTotalSize(),
        booksOf(response.getBooksList()),
        Paging.from(
            response.getOffset(),
            response.getBooksCount(),
            response.getPreviousPageToken(),
            response.getNextPageToken()));
  }

  private static Category categoryOf(dev.bookmarket.protobufs.catalogue.v1.Category category) {
    return new Category(category.getSlug(), category.getName(), category.getBookCount());
  }

  private static List<Book> booksOf(List<dev.bookmarket.protobufs.catalogue.v1.Book> books) {
    return books.stream().map(CatalogueClient::bookOf).toList();
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
