package dev.bookmarket.systemtests;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.orders.OrderRequests;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.runtime.Priority;
import dev.bookmarket.runtime.server.RawGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What pages show about how they were made while a service fails, and what services send for it.
 */
@Tag("replicas")
@Needs({Tool.LOOPBACK_NETWORK, Tool.SIGNALS})
class FaultTracesTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  /** More calls than a service admits at the same time. */
  private static final int TOO_MANY = 300;

  @AutoClose private static TracedShop shop;

  @BeforeAll
  static void startShop(@TempDir Path folder) {
    shop = TracedShop.start(folder);
  }

  @AfterEach
  void awaitReplicas() {
    Polling.within(
        TIMEOUT,
        () -> {
          var steps = Stream.of(1, 2).flatMap(visit -> shop.stepsOf("/orders").stream()).toList();
          assertThat(steps)
              .contains(attempt(1, "by orders-1", "OK"), attempt(1, "by orders-2", "OK"));
        });
  }

  @Test
  void a_hung_service_is_a_gap_until_the_deadline() {
    shop.recommendations().suspend();
    try {
      assertThat(shop.stepsOf("/books/1"))
          .containsSequence(
              "call: CatalogueService/GetBook DEADLINE_EXCEEDED",
              attempt(1, "by 127.0.0.1", "DEADLINE_EXCEEDED") + " |",
              "gap: No response |");
      assertThat(shop.stepsOf("/"))
          .containsSequence(
              "call: Recommendations/Recommend DEADLINE_EXCEEDED",
              attempt(1, "by 127.0.0.1", "DEADLINE_EXCEEDED") + " |",
              "gap: No response |");
    } finally {
      shop.recommendations().resume();
    }
  }

  @Test
  void a_service_that_is_killed_in_a_call_is_a_gap_before_the_retry() {
    Polling.within(
        TIMEOUT,
        () -> {
          shop.secondOrders().suspend();
          var visits =
              Stream.generate(() -> CompletableFuture.supplyAsync(() -> shop.stepsOf("/orders")))
                  .limit(4)
                  .toList();
          CompletableFuture.anyOf(visits.toArray(CompletableFuture<?>[]::new)).join();
          shop.secondOrders().kill(); // while the other calls wait for it
          var steps = visits.stream().flatMap(visit -> visit.join().stream()).toList();
          shop.restartSecondOrders();
          awaitReplicas();

          assertThat(steps)
              .containsSequence(
                  "call: OrderService/ListOrders OK",
                  attempt(1, "by 127.0.0.3", "UNAVAILABLE"),
                  "gap: No response",
                  attempt(2, "by orders-1", "OK"),
                  "server: In the service");
        });
  }

  @Test
  void a_retry_names_both_replicas() {
    Polling.within(
        TIMEOUT,
        () -> {
          shop.disconnectDatabase();
          var steps =
              IntStream.range(0, 8).boxed().flatMap(i -> shop.stepsOf("/orders").stream()).toList();
          shop.connectDatabase();
          awaitReplicas();

          assertThat(steps)
              .containsSequence(
                  "call: OrderService/ListOrders OK",
                  attempt(1, "by orders-2", "UNAVAILABLE"),
                  "server: In the service",
                  attempt(2, "by orders-1", "OK"),
                  "server: In the service");
        });
  }

  @Test
  void an_overloaded_service_refuses_a_call() throws SQLException {
    var headers = new Metadata();
    headers.put(Priority.HEADER, Priority.ORDER.name());
    var channel = channelTo("127.0.0.2", shop.port("orders"));
    var orders =
        OrderServiceGrpc.newFutureStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    // Orders wait for the lock. Calls of pages have a lower priority.
    try (var database = DriverManager.getConnection("jdbc:sqlite:" + shop.database());
        var lock = database.createStatement()) {
      lock.execute("BEGIN IMMEDIATE");
      // Again and again, because calls that have waited too long make room for others.
      Polling.within(
          TIMEOUT,
          () -> {
            var calls =
                IntStream.range(0, TOO_MANY)
                    .mapToObj(
                        i -> orders.placeOrder(OrderRequests.request("buyer", "key" + i).build()))
                    .toList();
            var pages = Stream.of(1, 2).map(visit -> shop.get("/orders")).toList();
            var steps = pages.stream().flatMap(page -> TracedShop.stepsOn(page).stream()).toList();
            var results =
                calls.stream().filter(Future::isDone).map(FaultTracesTest::codeOf).toList();
            calls.forEach(call -> call.cancel(true));

            assertThat(results).contains(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(steps)
                .contains(
                    "call: OrderService/ListOrders RESOURCE_EXHAUSTED",
                    attempt(1, "by orders-1", "RESOURCE_EXHAUSTED"));
            assertThat(pages).anyMatch(Visitor.Response::isRejected);
          });
    } finally {
      channel.shutdownNow();
    }
  }

  private static Status.Code codeOf(Future<?> call) {
    try {
      call.get();
      return Status.Code.OK;
    } catch (ExecutionException failure) {
      return Status.fromThrowable(failure).getCode();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void only_a_caller_that_asks_receives_steps() {
    var plain = responseOf(Map.of());
    var traced = responseOf(Map.of("bookmarket-trace-wanted", "1"));

    assertThat(plain)
        .satisfiesExactly(
            headers ->
                assertThat(headers.lines())
                    .containsExactly(
                        ":status: 200",
                        "content-type: application/grpc",
                        "served-by: recommendations-1",
                        "grpc-encoding: identity",
                        "grpc-accept-encoding: gzip"),
            message -> assertThat(message).contains("The Maltese Falcon"),
            trailers -> assertThat(trailers.lines()).containsExactly("grpc-status: 0"));
    assertThat(traced.subList(0, 2)).isEqualTo(plain.subList(0, 2));
    assertThat(traced.get(2).lines())
        .satisfiesExactlyInAnyOrder(
            status -> assertThat(status).isEqualTo("grpc-status: 0"),
            steps -> assertThat(steps).startsWith("bookmarket-trace: {").contains("GetBook"));
  }

  /**
   * Returns the frames of a response: the lines of the headers, the message, those of the trailers.
   */
  private static List<String> responseOf(Map<String, String> headers) {
    var book = RawGrpc.message(0, new byte[] {8, 1});
    var path = "/bookmarket.catalogue.v1.CatalogueService/GetBook";
    var decoder = new DefaultHttp2HeadersDecoder();
    var frames = new ArrayList<String>();
    try (var connection =
        RawGrpc.http2(shop.port("recommendations")).call(path, headers).data(book)) {
      for (var frame : connection.response()) {
        var payload = Unpooled.wrappedBuffer(frame, 9, frame.length - 9);
        if (frame[3] == RawGrpc.DATA) {
          frames.add(payload.toString(US_ASCII));
        } else {
          var lines = new ArrayList<String>();
          decoder
              .decodeHeaders(1, payload)
              .forEach(header -> lines.add(header.getKey() + ": " + header.getValue()));
          frames.add(String.join("\n", lines));
        }
      }
    } catch (Http2Exception e) {
      throw new AssertionError(e);
    }
    return frames;
  }

  private static ManagedChannel channelTo(String address, int port) {
    return Grpc.newChannelBuilderForAddress(address, port, InsecureChannelCredentials.create())
        .build();
  }

  /** Returns the row of an attempt. */
  private static String attempt(int number, String replica, String status) {
    var notes = Stream.of(replica, status).filter(note -> !note.isEmpty()).collect(joining(" "));
    return "attempt: Attempt %s %s deadline after N ms".formatted(number, notes);
  }
}
