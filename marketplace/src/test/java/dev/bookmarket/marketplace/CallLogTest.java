package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.util.concurrent.ListenableFuture;
import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc;
import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc.CatalogueServiceFutureStub;
import dev.bookmarket.protobufs.catalogue.v1.GetBookRequest;
import dev.bookmarket.protobufs.catalogue.v1.GetBookResponse;
import dev.bookmarket.protobufs.catalogue.v1.ListCategoriesRequest;
import dev.bookmarket.protobufs.recommendations.BookRecommendation;
import dev.bookmarket.protobufs.recommendations.RecommendationRequest;
import dev.bookmarket.protobufs.recommendations.RecommendationResponse;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc.RecommendationsFutureStub;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc.RecommendationsImplBase;
import dev.bookmarket.runtime.Eventually;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.ReplicaName;
import dev.bookmarket.runtime.client.Backend;
import dev.bookmarket.runtime.client.CallLog;
import dev.bookmarket.runtime.client.CallRecord;
import dev.bookmarket.runtime.client.GrpcFutures;
import dev.bookmarket.runtime.client.ServiceConfig;
import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.server.GrpcServerConfig;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log of the calls that a page makes, over real sockets. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CallLogTest {
  private static final String RECOMMEND = "Recommendations/Recommend";
  private static final String GET_BOOK = "CatalogueService/GetBook";

  /** The deadlines are longer than calls take on a busy machine; that of a hung call is 2 s. */
  private static final ServiceConfig SERVICE_CONFIG =
      ServiceConfig.fromResource(CallLogTest.class, "logged-calls.json");

  private final List<AutoCloseable> open = new ArrayList<>();
  private final CallLog calls = new CallLog();
  private ScriptedBackend server;
  private RecommendationsFutureStub recommendations;
  private CatalogueServiceFutureStub catalogue;

  @BeforeEach
  void connect() {
    server = closing(ScriptedBackend.start());
    var backend = connected(server.port());
    recommendations = RecommendationsGrpc.newFutureStub(backend.channel());
    catalogue = CatalogueServiceGrpc.newFutureStub(backend.channel());
  }

  @AfterEach
  void closeAll() throws Exception {
    for (var one : open) {
      one.close();
    }
  }

  @Test
  void records_method_replica_duration_and_outcome_of_a_call() throws Exception {
    var before = System.nanoTime();
    settled(() -> recommend(1));
    var after = System.nanoTime();

    assertThat(calls.records()).hasSize(1);
    var call = calls.records().get(0);
    assertThat(call.method()).isEqualTo(RECOMMEND);
    assertThat(call.replica()).isEqualTo(ReplicaName.name());
    assertThat(call.outcome()).isEqualTo("OK");
    assertThat(call.duration()).isBetween(Duration.ofNanos(1), Duration.ofNanos(after - before));
  }

  @Test
  void the_duration_of_a_call_does_not_change_after_its_end() throws Exception {
    settled(() -> recommend(1));

    assertThat(calls.records()).isEqualTo(calls.records());
  }

  @Test
  void records_parallel_calls_in_the_order_in_which_they_started() throws Exception {
    settled(() -> CompletableFuture.allOf(book(1), recommend(1), book(2)));

    assertThat(calls.records())
        .extracting(CallRecord::method)
        .containsExactly(GET_BOOK, RECOMMEND, GET_BOOK);
  }

  @Test
  void records_calls_that_the_response_of_another_call_starts() throws Exception {
    settled(() -> recommendAndLookUp(3));

    assertThat(calls.records())
        .extracting(CallRecord::method)
        .containsExactly(RECOMMEND, GET_BOOK, GET_BOOK, GET_BOOK);
    assertThat(calls.records()).extracting(CallRecord::outcome).containsOnly("OK");
  }

  @Test
  void concurrent_pages_record_only_their_own_calls() throws Exception {
    var threads = Executors.newFixedThreadPool(8);
    open.add(threads::shutdownNow);
    var pages = new ArrayList<Future<CallLog>>();
    for (int i = 0; i < 200; i++) {
      int books = i % 7;
      pages.add(threads.submit(() -> pageWith(books)));
    }

    for (int i = 0; i < pages.size(); i++) {
      var records = pages.get(i).get().records();
      assertThat(records).as("page %d", i).hasSize(1 + i % 7);
      assertThat(records.get(0).method()).isEqualTo(RECOMMEND);
      assertThat(records.subList(1, records.size()))
          .allMatch(call -> call.method().equals(GET_BOOK) && call.isOk());
    }
  }

  @Test
  void later_calls_of_the_same_thread_are_not_recorded() throws Exception {
    settled(() -> recommend(1));
    recommend(2).join();

    assertThat(calls.records()).hasSize(1);
  }

  @Test
  void records_a_hanging_call_as_pending_and_then_as_exceeded() throws Exception {
    server.hang();

    var late =
        calls.record(
            () -> answerOf(catalogue.listCategories(ListCategoriesRequest.getDefaultInstance())));

    assertThat(calls.records()).hasSize(1);
    assertThat(calls.records().get(0))
        .extracting(CallRecord::method, CallRecord::replica, CallRecord::outcome)
        .containsExactly("CatalogueService/ListCategories", "", CallRecord.PENDING);
    assertThat(late.handle((answer, failure) -> failure).join()).isNotNull();
    assertThat(calls.records())
        .extracting(CallRecord::outcome)
        .containsExactly("DEADLINE_EXCEEDED");
    assertThat(calls.records().get(0).duration()).isGreaterThan(Duration.ofMillis(1_900));
  }

  @Test
  void records_the_replica_that_rejected_a_call() throws Exception {
    server.failWith(Status.NOT_FOUND);

    settled(() -> book(1));

    assertThat(calls.records())
        .extracting(CallRecord::replica, CallRecord::outcome)
        .containsExactly(tuple(ReplicaName.name(), "NOT_FOUND"));
  }

  @Test
  void retries_by_grpc_are_part_of_one_call() throws Exception {
    server.failFirst(2, Status.UNAVAILABLE);
    var before = server.calls();

    settled(() -> recommend(1));

    assertThat(server.calls() - before).isEqualTo(3);
    assertThat(calls.records()).extracting(CallRecord::outcome).containsExactly("OK");
  }

  @Test
  void a_repeated_read_is_a_second_call_of_the_same_page() throws Exception {
    var asked = new AtomicInteger();
    var cutting = recommendationsOf(cuttingShort(asked, 1));

    settled(() -> answerOf(cutting.recommend(RecommendationRequest.getDefaultInstance())));

    assertThat(asked.get()).isEqualTo(2);
    assertThat(calls.records())
        .extracting(CallRecord::method)
        .containsExactly(RECOMMEND, RECOMMEND);
    assertThat(calls.records())
        .extracting(CallRecord::outcome)
        .containsExactly("UNAVAILABLE", "OK");
    assertThat(calls.records()).extracting(CallRecord::replica).containsOnly(ReplicaName.name());
  }

  private CallLog pageWith(int books) throws Exception {
    var page = new CallLog();
    page.record(() -> recommendAndLookUp(books)).join();
    return page;
  }

  /** Records the calls of the task; returns when it has succeeded or failed. */
  private void settled(Callable<CompletableFuture<?>> work) throws Exception {
    var unused = calls.record(work).handle((answer, failure) -> "settled").join();
  }

  private CompletableFuture<Void> recommendAndLookUp(int books) {
    return recommend(books)
        .thenCompose(
            answer ->
                CompletableFuture.allOf(
                    answer.getRecommendationsList().stream()
                        .map(BookRecommendation::getId)
                        .map(this::book)
                        .toArray(CompletableFuture[]::new)));
  }

  private CompletableFuture<RecommendationResponse> recommend(int books) {
    var request = RecommendationRequest.newBuilder().setMaxResults(books).build();
    return answerOf(recommendations.recommend(request));
  }

  private CompletableFuture<GetBookResponse> book(int id) {
    return answerOf(catalogue.getBook(GetBookRequest.newBuilder().setId(id).build()));
  }

  private static <A> CompletableFuture<A> answerOf(ListenableFuture<A> call) {
    return GrpcFutures.responseOf("a service", call);
  }

  private RecommendationsFutureStub recommendationsOf(RecommendationsImplBase service) {
    var config =
        new GrpcServerConfig(ListenAddress.anyFreePort(), Duration.ZERO, Duration.ofHours(1));
    var cutting = closing(GrpcServer.start(config, List.of(service), channel -> {}));
    return RecommendationsGrpc.newFutureStub(connected(cutting.port()).channel());
  }

  /** Sends a response but fails that many calls before their end, like a killed process. */
  private static RecommendationsImplBase cuttingShort(AtomicInteger asked, int first) {
    return new RecommendationsImplBase() {
      @Override
      public void recommend(
          RecommendationRequest request, StreamObserver<RecommendationResponse> reply) {
        reply.onNext(RecommendationResponse.getDefaultInstance());
        if (asked.incrementAndGet() <= first) {
          reply.onError(Status.UNAVAILABLE.asRuntimeException());
        } else {
          reply.onCompleted();
        }
      }
    };
  }

  /** Returns a connected channel. */
  private Backend connected(int port) {
    var backend = closing(Backend.connect("127.0.0.1", port, SERVICE_CONFIG));
    Eventually.soon(
        "connected",
        () ->
            backend.channel() instanceof ManagedChannel channel
                && channel.getState(true) == ConnectivityState.READY);
    return backend;
  }

  private <T extends AutoCloseable> T closing(T one) {
    open.add(0, one);
    return one;
  }
}
