package dev.bookmarket.recommendations;

import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc.CatalogueServiceImplBase;
import dev.bookmarket.protobufs.catalogue.v1.GetBookRequest;
import dev.bookmarket.protobufs.catalogue.v1.GetBookResponse;
import dev.bookmarket.protobufs.catalogue.v1.ListBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListBooksResponse;
import dev.bookmarket.protobufs.catalogue.v1.ListCategoriesRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListCategoriesResponse;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksResponse;
import io.grpc.stub.StreamObserver;

/**
 * The catalogue's contract: translates requests for the {@link BookCatalogue} and the {@link
 * BookSearch}, and their answers.
 */
final class CatalogueEndpoint extends CatalogueServiceImplBase {
  private final BookCatalogue catalogue;
  private final BookSearch search;

  CatalogueEndpoint(BookCatalogue catalogue, BookSearch search) {
    this.catalogue = catalogue;
    this.search = search;
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
    var page =
        Excerpt.of(
            catalogue.books(category),
            "category " + category.slug(),
            request.getPageSize(),
            request.getPageToken());
    var response =
        ListBooksResponse.newBuilder()
            .setCategory(messageOf(category))
            .setNextPageToken(page.nextToken())
            .setPreviousPageToken(page.previousToken())
            .setOffset(page.offset());
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
  public void searchBooks(SearchBooksRequest request, StreamObserver<SearchBooksResponse> reply) {
    var found = search.search(request.getQuery());
    var page =
        Excerpt.of(found.books(), found.name(), request.getPageSize(), request.getPageToken());
    var response =
        SearchBooksResponse.newBuilder()
            .setNextPageToken(page.nextToken())
            .setPreviousPageToken(page.previousToken())
            .setOffset(page.offset())
            .setTotalSize(found.total());
    page.items().forEach(book -> response.addBooks(messageOf(book)));
    reply.onNext(response.build());
    reply.onCompleted();
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
}
