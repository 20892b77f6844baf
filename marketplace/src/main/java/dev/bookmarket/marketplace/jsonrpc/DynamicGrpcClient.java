package dev.bookmarket.marketplace.jsonrpc;

import com.google.common.base.Utf8;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.bookmarket.runtime.client.GrpcFutures;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * Calls one unary RPC as a JSON-RPC method, with messages in protobuf's JSON format. Positional
 * parameters follow the field numbers. Safe for concurrent use.
 */
final class DynamicGrpcClient implements JsonRpcMethod {
  private static final JsonFormat.Parser PARSER = JsonFormat.parser();
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();

  /**
   * The maximum size of a result as JSON and as protobuf, in bytes: the responses of the 50 calls
   * of a batch, and the ids that they repeat, need at most 16 MiB.
   */
  static final int MAX_RESULT = 320 * 1024;

  /** Few, because conversion only computes. */
  private static final int CONVERSION_THREADS = 4;

  /** Runs the callbacks of the calls instead of gRPC's threads: converting can take long. */
  private static final Executor CALLBACKS =
      Executors.newFixedThreadPool(
          CONVERSION_THREADS,
          new ThreadFactoryBuilder().setNameFormat("json-rpc-%d").setDaemon(true).build());

  private final Channel channel;
  private final MethodDescriptor<DynamicMessage, DynamicMessage> method;
  private final DynamicMessage emptyRequest;
  private final List<String> parameters;

  /** Creates a client that calls the RPC on the channel. */
  DynamicGrpcClient(Channel channel, Descriptors.MethodDescriptor rpc) {
    this.channel = channel;
    this.emptyRequest = DynamicMessage.getDefaultInstance(rpc.getInputType());
    this.parameters =
        rpc.getInputType().getFields().stream()
            .sorted(Comparator.comparing(FieldDescriptor::getNumber))
            .map(FieldDescriptor::getName)
            .toList();
    this.method =
        MethodDescriptor.newBuilder(
                ProtoUtils.marshaller(emptyRequest),
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(rpc.getOutputType())))
            .setType(MethodType.UNARY)
            .setFullMethodName(
                MethodDescriptor.generateFullMethodName(
                    rpc.getService().getFullName(), rpc.getName()))
            .build();
  }

  @Override
  public CompletableFuture<JsonElement> call(JsonElement params) {
    var call =
        ClientCalls.futureUnaryCall(
            channel.newCall(
                method,
                CallOptions.DEFAULT
                    .withExecutor(CALLBACKS)
                    // A longer response is RESOURCE_EXHAUSTED before it is read.
                    .withMaxInboundMessageSize(MAX_RESULT)),
            requestOf(params));
    return GrpcFutures.mapFailure(GrpcFutures.responseOf(call), DynamicGrpcClient::errorOf)
        .thenApply(DynamicGrpcClient::jsonOf);
  }

  private DynamicMessage requestOf(JsonElement params) {
    var named = params instanceof JsonArray values ? withNames(values) : params;
    var request = emptyRequest.newBuilderForType();
    try {
      PARSER.merge(named.toString(), request);
    } catch (InvalidProtocolBufferException e) {
      throw JsonRpcError.invalidParams(String.valueOf(e.getMessage()));
    }
    return request.build();
  }

  private JsonObject withNames(JsonArray values) {
    if (values.size() > parameters.size()) {
      throw JsonRpcError.invalidParams("more than " + parameters.size() + " parameters");
    }
    var named = new JsonObject();
    for (int i = 0; i < values.size(); i++) {
      named.add(parameters.get(i), values.get(i));
    }
    return named;
  }

  private static JsonElement jsonOf(DynamicMessage response) {
    try {
      var json = JsonParser.parseString(PRINTER.print(response));
      if (Utf8.encodedLength(json.toString()) > MAX_RESULT) {
        throw JsonRpcError.resourceExhausted();
      }
      return json;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("cannot convert the response to JSON", e);
    }
  }

  private static JsonRpcError errorOf(Throwable failure) {
    var status = Status.fromThrowable(failure);
    var name = status.getCode().name();
    // Descriptions of other statuses can contain internals such as hosts and file paths.
    return JsonRpcError.failed(
        name,
        switch (status.getCode()) {
          case INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS ->
              Objects.requireNonNullElse(status.getDescription(), name);
          case DEADLINE_EXCEEDED -> "No answer in time";
          default -> name;
        });
  }
}
