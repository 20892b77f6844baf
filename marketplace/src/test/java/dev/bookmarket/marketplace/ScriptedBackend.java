package dev.bookmarket.marketplace;

import dev.bookmarket.protobufs.catalogue.v1.BatchGetBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.BatchGetBooksResponse;
import dev.bookmarket.protobufs.catalogue.v1.Book;
import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc.CatalogueServiceImplBase;
import dev.bookmarket.protobufs.catalogue.v1.Category;
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
import dev.bookmarket.protobufs.recommendations.BookRecommendation;
import dev.bookmarket.protobufs.recommendations.RecommendationRequest;
import dev.bookmarket.protobufs.recommendations.RecommendationResponse;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc.RecommendationsImplBase;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.server.GrpcServerConfig;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A recommendations service on a real socket that responds as a test configures it. At first it
 * works. Safe for concurrent use.
 */
public final class ScriptedBackend implements AutoCloseable {
  /** Decides what happens to a call before it gets its normal response. */
  private interface Script {
    /** Returns whether the call must not get its normal response. */
    boolean intercept(StreamObserver<?> reply);
  }

  private static final Script WORK = reply -> false;

  private static final Book BOOK =
      Book.newBuilder()
          .setId(1)
          .setTitle("Title 1")
          .setAuthor("Author 1")
          .setYear(1930)
          .setCategory("mystery")
          .setPriceCents(100)
          .setDescription("About it.")
          .build();

  private static final SearchBooksResponse FOUND =
      SearchBooksResponse.newBuilder().addBooks(BOOK).setTotalSize(1).build();

  /** The books that differ from {@link #book}; a withdrawn book has no id. */
  private final Map<Integer, Book> books = new ConcurrentHashMap<>();

  private final AtomicInteger calls = new AtomicInteger();
  private final GrpcServer server;
  private volatile Script script = WORK;
  private volatile int listed = 1;
  private volatile SearchBooksResponse found = FOUND;

  /** Applies to calls for similar books, before the other script. */
  private volatile Script similarScript = WORK;

  /** Applies to calls for several books, before the other script. */
  private volatile Script batchScript = WORK;

  private ScriptedBackend(ListenAddress listen) {
    server =
        GrpcServer.start(
            new GrpcServerConfig(listen, Duration.ZERO, Duration.ofHours(1)),
            List.of(new Recommendations(), new Catalogue()),
            channel -> {});
  }

  /** Starts the service on a free port of the loopback. */
  public static ScriptedBackend start() {
    return new ScriptedBackend(ListenAddress.anyFreePort());
  }

  /** Starts the service on a port of an address of this machine. */
  public static ScriptedBackend start(String address, int port) {
    try {
      return new ScriptedBackend(
          new ListenAddress(InetAddress.getByName(address), port, "no variable"));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the port of the service. */
  public int port() {
    return server.port();
  }

  /** Returns the number of calls received so far, including retries. */
  public int calls() {
    return calls.get();
  }

  /** Fails all further calls for similar books with this status; other calls work. */
  public void failSimilarWith(Status status) {
    script = WORK;
    similarScript = failing(status);
  }

  /** Responds like a server of an older release, which has no {@code BatchGetBooks}. */
  public void workWithoutBatches() {
    script = WORK;
    batchScript = failing(Status.UNIMPLEMENTED);
  }

  /** Sets the title and the price of a book. */
  public void sell(int id, String title, int cents) {
    books.put(id, BOOK.toBuilder().setId(id).setTitle(title).setPriceCents(cents).build());
  }

  /** Removes a book from the catalogue. */
  public void withdraw(int id) {
    books.put(id, Book.getDefaultInstance());
  }

  /** Sets the number of books in the category. */
  public void list(int number) {
    listed = number;
  }

  /** Sets the response to each search. */
  public void find(SearchBooksResponse response) {
    found = response;
  }

  /** Restores all books with their first titles and prices, and lists and searches of one book. */
  public void restock() {
    books.clear();
    listed = 1;
    found = FOUND;
  }

  /** Responds to all further calls. */
  public void work() {
    script = WORK;
    similarScript = WORK;
    batchScript = WORK;
  }

  /** Fails all further calls with this status. */
  public void failWith(Status status) {
    script = failing(status);
  }

  /** Fails the next calls with this status, and responds to the calls after them. */
  public void failFirst(int times, Status status) {
    var remaining = new AtomicInteger(times);
    script =
        reply -> {
          var fails = remaining.getAndDecrement() > 0;
          if (fails) {
            reply.onError(status.asRuntimeException());
          }
          return fails;
        };
  }

  /** Throws an exception in all further calls. */
  public void failWith(RuntimeException failure) {
    script =
        reply -> {
          throw failure;
        };
  }

  /** Does not respond to further calls. */
  public void hang() {
    script = reply -> true;
  }

  @Override
  public void close() {
    server.close();
  }

  private static Script failing(Status status) {
    return reply -> {
      reply.onError(status.asRuntimeException());
      return true;
    };
  }

  private static Book book(int id) {
    return BOOK.toBuilder()
        .setId(id)
        .setTitle("Title " + id)
        .setAuthor("Author " + id)
        .setPriceCents(100 * id)
        .build();
  }

  /** Returns the book as it is sold now; without an id if it is withdrawn. */
  private Book sold(int id) {
    return books.computeIfAbsent(id, ScriptedBackend::book);
  }

  private <A> void respond(StreamObserver<A> reply, A response) {
    respond(WORK, reply, response);
  }

  /** Responds unless one of the two scripts does: the given one, then that of all calls. */
  private <A> void respond(Script first, StreamObserver<A> reply, A response) {
    calls.incrementAndGet();
    if (!first.intercept(reply) && !script.intercept(reply)) {
      reply.onNext(response);
      reply.onCompleted();
    }
  }

  private final class Recommendations extends RecommendationsImplBase {
    @Override
    public void recommend(
        RecommendationRequest request, StreamObserver<RecommendationResponse> reply) {
      var response = RecommendationResponse.newBuilder();
      for (int id = 1; id <= request.getMaxResults(); id++) {
        response.addRecommendations(
            BookRecommendation.newBuilder()
                .setId(id)
                .setTitle("Title " + id)
                .setAuthor("Author " + id)
                .setPriceCents(100 * id));
      }
      respond(reply, response.build());
    }
  }

  private final class Catalogue extends CatalogueServiceImplBase {
    private static final Category MYSTERY =
        Category.newBuilder().setSlug("mystery").setName("Mystery").setBookCount(1).build();

    @Override
    public void listCategories(
        ListCategoriesRequest request, StreamObserver<ListCategoriesResponse> reply) {
      respond(reply, ListCategoriesResponse.newBuilder().addCategories(MYSTERY).build());
    }

    @Override
    public void listBooks(ListBooksRequest request, StreamObserver<ListBooksResponse> reply) {
      var response = ListBooksResponse.newBuilder();
      for (int id = 1; id <= listed; id++) {
        // The description contains the requested order.
        response.addBooks(book(id).toBuilder().setDescription(request.getOrder().name()));
      }
      respond(reply, response.setCategory(MYSTERY).setOrder(request.getOrder()).build());
    }

    @Override
    public void getBook(GetBookRequest request, StreamObserver<GetBookResponse> reply) {
      var book = sold(request.getId());
      if (book.getId() == 0) {
        reply.onError(Status.NOT_FOUND.withDescription("Book not found").asRuntimeException());
        return;
      }
      respond(reply, GetBookResponse.newBuilder().setCategory(MYSTERY).setBook(book).build());
    }

    @Override
    public void batchGetBooks(
        BatchGetBooksRequest request, StreamObserver<BatchGetBooksResponse> reply) {
      var response = BatchGetBooksResponse.newBuilder();
      request.getIdsList().stream()
          .map(ScriptedBackend.this::sold)
          .filter(book -> book.getId() != 0)
          .forEach(response::addBooks);
      respond(batchScript, reply, response.build());
    }

    @Override
    public void listSimilarBooks(
        ListSimilarBooksRequest request, StreamObserver<ListSimilarBooksResponse> reply) {
      var response = ListSimilarBooksResponse.newBuilder();
      for (int next = 1; next <= request.getMaxResults(); next++) {
        response.addBooks(book(request.getId() + next));
      }
      respond(similarScript, reply, response.build());
    }

    @Override
    public void searchBooks(SearchBooksRequest request, StreamObserver<SearchBooksResponse> reply) {
      respond(reply, found);
    }
  }
}
