package dev.bookmarket.systemtests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.bookmarket.protobufs.catalogue.v1.BatchGetBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.CatalogueServiceGrpc;
import dev.bookmarket.protobufs.catalogue.v1.GetBookRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListCategoriesRequest;
import dev.bookmarket.protobufs.catalogue.v1.ListSimilarBooksRequest;
import dev.bookmarket.protobufs.catalogue.v1.SearchBooksRequest;
import dev.bookmarket.protobufs.grpcservice.GrpcServiceGrpc;
import dev.bookmarket.protobufs.grpcservice.Skill;
import dev.bookmarket.protobufs.helloworld.GreeterGrpc;
import dev.bookmarket.protobufs.helloworld.HelloRequest;
import dev.bookmarket.protobufs.order.OrderHandlerGrpc;
import dev.bookmarket.protobufs.order.OrderRequest;
import dev.bookmarket.protobufs.orders.v1.GetOrderRequest;
import dev.bookmarket.protobufs.orders.v1.ListOrdersRequest;
import dev.bookmarket.protobufs.orders.v1.OrderLine;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc;
import dev.bookmarket.protobufs.orders.v1.OrderServiceGrpc.OrderServiceBlockingStub;
import dev.bookmarket.protobufs.orders.v1.PlaceOrderRequest;
import dev.bookmarket.protobufs.recommendations.BookCategory;
import dev.bookmarket.protobufs.recommendations.RecommendationRequest;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.GetChannelRequest;
import io.grpc.channelz.v1.GetServerRequest;
import io.grpc.channelz.v1.GetServerSocketsRequest;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.channelz.v1.GetSocketRequest;
import io.grpc.channelz.v1.GetSubchannelRequest;
import io.grpc.channelz.v1.GetTopChannelsRequest;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that every response of every RPC is at most as large as docs/architecture.md says, with a
 * catalogue of 100,000 books of which 300, more than any list returns, have the longest texts, and
 * with the longest orders. The RPCs are those that the servers report by reflection.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ResponseSizesTest {
  private static final int BOOKS = 100_000;
  private static final int LONG_BOOKS = 300;

  /** 1,000 characters of 4 bytes, the last 150 of them words, because a search reports 150. */
  private static final String NAME = "😀".repeat(850) + "𠀀".repeat(150);

  /** 10,000 characters of 3 bytes. */
  private static final String DESCRIPTION = "、".repeat(9_850) + "中".repeat(150);

  private static final String GREETED = "𠀀".repeat(10_000);
  private static final String BUYER = "b".repeat(64);
  private static final String BUYER_OF_MANY = "m".repeat(64);
  private static final String KEY = "k".repeat(62);

  /** Fits into a request of 256 KiB. */
  private static final String HUGE = "x".repeat(250_000);

  private static final Pattern ROW = Pattern.compile("\\| (`.*`) \\| .* \\| ([\\d,]+) KB \\|");

  private static AllInOne shop;
  private static Map<String, ManagedChannel> channels = Map.of();

  /** The largest request of an RPC, or one of several. */
  private record Call<Q extends Message, A extends Message>(
      String service, MethodDescriptor<Q, A> rpc, Q request) {
    String name() {
      return rpc.getFullMethodName();
    }

    /** Returns the first response, or fails with the status of the call. */
    A response(Message other) {
      // Also works for the other types of RPCs, since their first message decides the first
      // response.
      @SuppressWarnings("unchecked")
      var message = (Q) other;
      var options = CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS);
      return ClientCalls.blockingServerStreamingCall(channel(service), rpc, options, message)
          .next();
    }

    @Override
    public String toString() {
      return name();
    }
  }

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    var file = folder.resolve("books.csv");
    try (var csv = Files.newBufferedWriter(file)) {
      csv.write("id,title,author,year,category,price_cents,description\n");
      for (int i = 1; i <= BOOKS - LONG_BOOKS; i++) {
        csv.write(i + ",Book " + i + ",A. Clerk,1999,mystery,999,A short text.\n");
      }
      for (int id : longIds(LONG_BOOKS)) {
        var row = "%s,%s,%s,-2147483647,historical-fiction,100000000,%s\n";
        csv.write(row.formatted(id, NAME, NAME, DESCRIPTION));
      }
    }
    shop =
        AllInOne.launch(
            folder,
            // The connection whose id the calls contain must remain open.
            Map.of("CATALOGUE_FILE", file.toString(), "MAX_CONNECTION_AGE_MS", "3600000"),
            "-Xmx2g");
    shop.url();
    channels =
        Stream.of("RECOMMENDATIONS", "ORDERS", "GREETER")
            .collect(
                toMap(Function.identity(), ResponseSizesTest::connect, (a, b) -> a, HashMap::new));
    var orders = OrderServiceGrpc.newBlockingStub(channel("ORDERS"));
    place(orders, order(BUYER, KEY, "𠀀"));
    // channelz lists at most 100 connections
    for (int i = 0; i < 120; i++) {
      var connection = connect("RECOMMENDATIONS");
      channels.put("connection " + i, connection);
      HealthGrpc.newBlockingStub(connection).check(HealthCheckRequest.getDefaultInstance());
    }
    // A page of orders ends at a size that is estimated from UTF-16, in which this character is
    // short.
    for (int i = 10; i < 60; i++) {
      place(orders, order(BUYER_OF_MANY, KEY + i, "書"));
    }
  }

  private static void place(OrderServiceBlockingStub orders, PlaceOrderRequest order) {
    var unused = Polling.whileUnavailable(() -> orders.placeOrder(order));
  }

  @AfterAll
  static void stop() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    if (shop != null) {
      shop.close();
    }
  }

  @Test
  void every_rpc_of_every_service_is_tested() {
    assertThat(calls().map(Call::name).collect(toSet()))
        .isEqualTo(
            Stream.of("RECOMMENDATIONS", "ORDERS", "GREETER")
                .flatMap(each -> rpcs(channel(each)))
                .collect(toSet()));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void the_largest_response_is_as_large_as_documented(Call<?, ?> call) {
    int size = call.response(call.request()).getSerializedSize();
    int documented = documentedKilobytes().getOrDefault(call.rpc().getBareMethodName(), 0) * 1_000;
    // The number of channels and categories here is not the largest possible.
    boolean isLarge = documented > 30_000;

    assertThat(size).as(call.name()).isBetween(isLarge ? documented * 9 / 10 : 1, documented);
    assertThat(documented).isLessThan(4 * 1024 * 1024);
  }

  @ParameterizedTest
  @MethodSource("callsWithTexts")
  void no_response_repeats_a_text_that_is_too_long(Call<?, ?> call) {
    for (var field : texts(call)) {
      var request = call.request().toBuilder().setField(field, HUGE).build();

      var response = responseOrError(call, request);

      assertThat(response)
          .as("%s with a huge %s", call, field.getName())
          .hasSizeLessThan(200)
          .doesNotContain("xxx");
    }
  }

  @Test
  void a_json_rpc_batch_has_at_most_16_mib() {
    // On a busy machine, calls can miss their deadlines.
    Polling.within(
        Duration.ofMinutes(1), () -> assertThat(batch(8)).contains("\"result\"", "𠀀", "中"));
    Polling.within(
        Duration.ofMinutes(1),
        () ->
            assertThat(batch(100)).contains("\"RESOURCE_EXHAUSTED\"").doesNotContain("\"result\""));
  }

  /** Returns the response to 50 calls for that many books, after checking its size. */
  private static String batch(int books) {
    var call =
        """
        {"jsonrpc": "2.0", "id": "%s", "method": "bookmarket.catalogue.v1.CatalogueService.ListBooks",
         "params": {"category": "historical-fiction", "page_size": %s}}"""
            .formatted("\u2028".repeat(300), books);
    var body = post("[" + (call + ",").repeat(49) + call + "]");
    assertThat(body.split("\"jsonrpc\"", -1))
        .hasSize(51)
        .allSatisfy(
            part ->
                assertThat(part.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(16 * 1024 * 1024 / 50));
    return body;
  }

  static Stream<Call<?, ?>> calls() {
    var books = "RECOMMENDATIONS";
    var orders = "ORDERS";
    var greeter = "GREETER";
    var channelz = ChannelzGrpc.newBlockingStub(channel(books));
    var server = channelz.getServers(GetServersRequest.getDefaultInstance()).getServer(0).getRef();
    var sockets =
        GetServerSocketsRequest.newBuilder()
            .setServerId(server.getServerId())
            .setMaxResults(Integer.MAX_VALUE)
            .build();
    var socket = channelz.getServerSockets(sockets).getSocketRef(0);
    var client =
        channelz
            .getTopChannels(GetTopChannelsRequest.getDefaultInstance())
            .getChannelList()
            .stream()
            .filter(each -> each.getSubchannelRefCount() > 0)
            .findFirst()
            .orElseThrow();
    var text = HelloRequest.newBuilder().setName(GREETED).build();
    var reflection = ServerReflectionRequest.newBuilder().setFileContainingSymbol(HUGE).build();
    return Stream.of(
        new Call<>(
            books,
            RecommendationsGrpc.getRecommendMethod(),
            RecommendationRequest.newBuilder()
                .setCategory(BookCategory.HISTORICAL_FICTION)
                .setMaxResults(Integer.MAX_VALUE)
                .build()),
        new Call<>(
            books,
            CatalogueServiceGrpc.getListCategoriesMethod(),
            ListCategoriesRequest.getDefaultInstance()),
        new Call<>(
            books,
            CatalogueServiceGrpc.getListBooksMethod(),
            ListBooksRequest.newBuilder()
                .setCategory("historical-fiction")
                .setPageSize(Integer.MAX_VALUE)
                .build()),
        new Call<>(
            books,
            CatalogueServiceGrpc.getGetBookMethod(),
            GetBookRequest.newBuilder().setId(Integer.MAX_VALUE).build()),
        new Call<>(
            books,
            CatalogueServiceGrpc.getBatchGetBooksMethod(),
            BatchGetBooksRequest.newBuilder().addAllIds(longIds(100)).build()),
        new Call<>(
            books,
            CatalogueServiceGrpc.getListSimilarBooksMethod(),
            ListSimilarBooksRequest.newBuilder()
                .setId(Integer.MAX_VALUE)
                .setMaxResults(Integer.MAX_VALUE)
                .build()),
        new Call<>(
            books,
            CatalogueServiceGrpc.getSearchBooksMethod(),
            SearchBooksRequest.newBuilder()
                .setQuery("𠀀 中")
                .setPageSize(Integer.MAX_VALUE)
                .build()),
        new Call<>(orders, OrderServiceGrpc.getPlaceOrderMethod(), order(BUYER, KEY, "𠀀")),
        new Call<>(
            orders,
            OrderServiceGrpc.getGetOrderMethod(),
            GetOrderRequest.newBuilder().setBuyerId(BUYER).setIdempotencyKey(KEY).build()),
        new Call<>(
            orders,
            OrderServiceGrpc.getListOrdersMethod(),
            ListOrdersRequest.newBuilder()
                .setBuyerId(BUYER_OF_MANY)
                .setPageSize(Integer.MAX_VALUE)
                .build()),
        new Call<>(
            orders,
            OrderHandlerGrpc.getCreateOrderMethod(),
            OrderRequest.newBuilder().setPhone("+123456789012345").setPrice("1000000").build()),
        new Call<>(greeter, GreeterGrpc.getSayHelloMethod(), text),
        new Call<>(greeter, GreeterGrpc.getSayHelloAgainMethod(), text),
        new Call<>(
            greeter,
            GrpcServiceGrpc.getHelloMethod(),
            dev.bookmarket.protobufs.grpcservice.HelloRequest.newBuilder()
                .setData(GREETED)
                .setSkill(Skill.newBuilder().setName(GREETED))
                .build()),
        new Call<>(books, HealthGrpc.getCheckMethod(), HealthCheckRequest.getDefaultInstance()),
        new Call<>(books, HealthGrpc.getWatchMethod(), HealthCheckRequest.getDefaultInstance()),
        new Call<>(books, ServerReflectionGrpc.getServerReflectionInfoMethod(), reflection),
        new Call<>(
            books,
            io.grpc.reflection.v1alpha.ServerReflectionGrpc.getServerReflectionInfoMethod(),
            io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol(HUGE)
                .build()),
        new Call<>(
            books,
            ChannelzGrpc.getGetTopChannelsMethod(),
            GetTopChannelsRequest.getDefaultInstance()),
        new Call<>(
            books, ChannelzGrpc.getGetServersMethod(), GetServersRequest.getDefaultInstance()),
        new Call<>(
            books,
            ChannelzGrpc.getGetServerMethod(),
            GetServerRequest.newBuilder().setServerId(server.getServerId()).build()),
        new Call<>(books, ChannelzGrpc.getGetServerSocketsMethod(), sockets),
        new Call<>(
            books,
            ChannelzGrpc.getGetSocketMethod(),
            GetSocketRequest.newBuilder().setSocketId(socket.getSocketId()).build()),
        new Call<>(
            books,
            ChannelzGrpc.getGetChannelMethod(),
            GetChannelRequest.newBuilder().setChannelId(client.getRef().getChannelId()).build()),
        new Call<>(
            books,
            ChannelzGrpc.getGetSubchannelMethod(),
            GetSubchannelRequest.newBuilder()
                .setSubchannelId(client.getSubchannelRef(0).getSubchannelId())
                .build()));
  }

  static Stream<Call<?, ?>> callsWithTexts() {
    return calls().filter(call -> !call.name().startsWith("grpc.") && !texts(call).isEmpty());
  }

  private static String responseOrError(Call<?, ?> call, Message request) {
    try {
      return call.response(request).toString();
    } catch (StatusRuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static List<FieldDescriptor> texts(Call<?, ?> call) {
    return call.request().getDescriptorForType().getFields().stream()
        .filter(field -> field.getType() == FieldDescriptor.Type.STRING && !field.isRepeated())
        .toList();
  }

  /** Returns the numbers of the table in docs/architecture.md by the names of the RPCs. */
  private static Map<String, Integer> documentedKilobytes() {
    try {
      var document = Files.readString(ProcessUnderTest.ROOT.resolve("docs/architecture.md"));
      return ROW.matcher(document)
          .results()
          .flatMap(
              row ->
                  Stream.of(row.group(1).replace("`", "").split(", "))
                      .map(name -> Map.entry(name, row.group(2).replace(",", ""))))
          .collect(toMap(Map.Entry::getKey, each -> Integer.parseInt(each.getValue())));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the full names of the RPCs that a server reports. */
  private static Stream<String> rpcs(Channel channel) {
    var listServices = ServerReflectionRequest.newBuilder().setListServices("").build();
    return reflect(channel, listServices).getListServicesResponse().getServiceList().stream()
        .flatMap(service -> rpcsOf(channel, service.getName()));
  }

  private static Stream<String> rpcsOf(Channel channel, String service) {
    var file = ServerReflectionRequest.newBuilder().setFileContainingSymbol(service).build();
    return reflect(channel, file).getFileDescriptorResponse().getFileDescriptorProtoList().stream()
        .map(
            bytes -> {
              try {
                return FileDescriptorProto.parseFrom(bytes);
              } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
              }
            })
        .flatMap(
            each ->
                each.getServiceList().stream()
                    .filter(found -> isNamed(service, each.getPackage(), found.getName()))
                    .flatMap(found -> found.getMethodList().stream()))
        .map(method -> service + "/" + method.getName());
  }

  private static boolean isNamed(String fullName, String packageName, String name) {
    return fullName.equals(packageName.isEmpty() ? name : packageName + "." + name);
  }

  private static io.grpc.reflection.v1.ServerReflectionResponse reflect(
      Channel channel, ServerReflectionRequest request) {
    return ClientCalls.blockingServerStreamingCall(
            channel,
            ServerReflectionGrpc.getServerReflectionInfoMethod(),
            CallOptions.DEFAULT,
            request)
        .next();
  }

  private static PlaceOrderRequest order(String buyer, String key, String character) {
    return PlaceOrderRequest.newBuilder()
        .setBuyerId(buyer)
        .setIdempotencyKey(key)
        .setName(character.repeat(100))
        .setPhone("+123456789012345")
        .setAddress(character.repeat(500))
        .addAllLines(
            longIds(50).stream()
                .map(
                    id ->
                        OrderLine.newBuilder()
                            .setBookId(id)
                            .setTitle(character.repeat(500))
                            .setQuantity(99)
                            .setUnitPriceCents(100_000_000)
                            .build())
                .toList())
        .build();
  }

  private static List<Integer> longIds(int count) {
    return IntStream.range(0, count).mapToObj(i -> Integer.MAX_VALUE - i).toList();
  }

  private static String post(String body) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(shop.home() + "jsonrpc"))
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.ofString())
          .body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static ManagedChannel connect(String service) {
    return Grpc.newChannelBuilderForAddress(
            "127.0.0.1", shop.port(service + "_PORT"), InsecureChannelCredentials.create())
        .build();
  }

  private static Channel channel(String service) {
    var channel = channels.get(service);
    if (channel == null) {
      throw new AssertionError("no channel to " + service);
    }
    return channel;
  }
}
