package dev.bookmarket.recommendations;

import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc.CatalogueServiceImplBase;
import dev.bookmarket.protobufs.catalogue.v1.GetBookRequest;
import dev.bookmarket.protobufs.catalogue.v1.GetBookResponse;
import dev.bookmarket.protobufs.catalogue.v1.ListCategoriesRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListCategoriesResponse;
import io.grpc.stub.StreamObserver;

/** The catalogue's contract: translates requests for the {@link BookCatalogue} and its answers. */
final class CatalogueEndpoint extends CatalogueServiceImplBase {
  private final BookCatalogue catalogue;

  CatalogueEndpoint(BookCatalogue catalogue) {
    this.catalogue = catalogue;
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
  public void getBook(GetBookRequest request, StreamObserver<GetBookResponse> reply) {
    var book = catalogue.book(request.getId());
    reply.onNext(
        GetBookResponse.newBuilder()
            .setBook(messageOf(book))
            .setCategory(messageOf(book.category()))
            .build());
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
