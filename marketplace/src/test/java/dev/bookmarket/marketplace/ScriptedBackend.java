package dev.bookmarket.marketplace;

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
 * The recommendations service on a real socket, with both of its endpoints, answering as a test
 * wants; at first it works. Safe for concurrent use.
 */
public final class ScriptedBackend implements AutoCloseable {
  /** Deals with a call; answers whether that is all that happens to it. */
  private interface Script {
    boolean play(StreamObserver<?> reply);
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

  /** The books that differ from what {@link #book} makes up; one without a number is gone. */
  private final Map<Integer, Book> books = new ConcurrentHashMap<>();

  private final AtomicInteger calls = new AtomicInteger();
  private final GrpcServer server;
  private volatile Script script = WORK;

  /** What happens to a call for similar books before the other script is played. */
  private volatile Script similarScript = WORK;

  private ScriptedBackend(ListenAddress listen) {
    server =
        GrpcServer.start(
            new GrpcServerConfig(listen, Duration.ZERO, Duration.ofHours(1)),
            List.of(new Recommendations(), new Catalogue()),
            channel -> {});
  }

  /** One on a free port of the loopback. */
  public static ScriptedBackend start() {
    return new ScriptedBackend(ListenAddress.anyFreePort());
  }

  /** One on that port of that address of this machine. */
  public static ScriptedBackend start(String address, int port) {
    try {
      return new ScriptedBackend(
          new ListenAddress(InetAddress.getByName(address), port, "no variable"));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** How many attempts have arrived so far. */
  public int calls() {
    return calls.get();
  }

  /** Finds no similar books from now on, but fails with that status, while all else works. */
  public void failSimilarWith(Status status) {
    script = WORK;
    similarScript = failing(status);
  }

  /** Sells a book under that title at that price from now on. */
  public void sell(int id, String title, int cents) {
    books.put(id, BOOK.toBuilder().setId(id).setTitle(title).setPriceCents(cents).build());
  }

  /** Sells that book no more. */
  public void withdraw(int id) {
    books.put(id, Book.getDefaultInstance());
  }

  /** Sells every book under its first title at its first price again. */
  public void restock() {
    books.clear();
  }

  /** Answers from now on. */
  public void work() {
    script = WORK;
    similarScript = WORK;
  }

  /** Fails every call from now on with that status. */
  public void failWith(Status status) {
    script = failing(status);
  }

  /** Fails so many calls with that status, and works then. */
  public void failFirst(int times, Status status) {
    var left = new AtomicInteger(times);
    script =
        reply -> {
          var fails = left.getAndDecrement() > 0;
          if (fails) {
            reply.onError(status.asRuntimeException());
          }
          return fails;
        };
  }

  /** Throws at every call from now on. */
  public void failWith(RuntimeException fault) {
    script =
        reply -> {
          throw fault;
        };
  }

  /** Lets every call from now on wait for ever. */
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

  private <A> void answer(StreamObserver<A> reply, A answer) {
    calls.incrementAndGet();
    if (!script.play(reply)) {
      reply.onNext(answer);
      reply.onCompleted();
    }
  }

  private final class Recommendations extends RecommendationsImplBase {
    @Override
    public void recommend(
        RecommendationRequest request, StreamObserver<RecommendationResponse> reply) {
      var answer = RecommendationResponse.newBuilder();
      for (int id = 1; id <= request.getMaxResults(); id++) {
        answer.addRecommendations(
            BookRecommendation.newBuilder()
                .setId(id)
                .setTitle("Title " + id)
                .setAuthor("Author " + id)
                .setPriceCents(100 * id));
      }
      answer(reply, answer.build());
    }
  }

  private final class Catalogue extends CatalogueServiceImplBase {
    private static final Category MYSTERY =
        Category.newBuilder().setSlug("mystery").setName("Mystery").setBookCount(1).build();

    @Override
    public void listCategories(
        ListCategoriesRequest request, StreamObserver<ListCategoriesResponse> reply) {
      answer(reply, ListCategoriesResponse.newBuilder().addCategories(MYSTERY).build());
    }

    @Override
    public void listBooks(ListBooksRequest request, StreamObserver<ListBooksResponse> reply) {
      // One book, which tells the order that it was asked for.
      var book = BOOK.toBuilder().setDescription(request.getOrder().name());
      answer(
          reply,
          ListBooksResponse.newBuilder()
              .setCategory(MYSTERY)
              .addBooks(book)
              .setOrder(request.getOrder())
              .build());
    }

    @Override
    public void getBook(GetBookRequest request, StreamObserver<GetBookResponse> reply) {
      var book = books.computeIfAbsent(request.getId(), ScriptedBackend::book);
      if (book.getId() == 0) {
        reply.onError(Status.NOT_FOUND.withDescription("Book not found").asRuntimeException());
        return;
      }
      answer(reply, GetBookResponse.newBuilder().setCategory(MYSTERY).setBook(book).build());
    }

    @Override
    public void listSimilarBooks(
        ListSimilarBooksRequest request, StreamObserver<ListSimilarBooksResponse> reply) {
      if (similarScript.play(reply)) {
        calls.incrementAndGet();
        return;
      }
      var answer = ListSimilarBooksResponse.newBuilder();
      for (int next = 1; next <= request.getMaxResults(); next++) {
        answer.addBooks(book(request.getId() + next));
      }
      answer(reply, answer.build());
    }

    @Override
    public void searchBooks(SearchBooksRequest request, StreamObserver<SearchBooksResponse> reply) {
      answer(reply, SearchBooksResponse.newBuilder().addBooks(BOOK).setTotalSize(1).build());
    }
  }
}
