package dev.bookmarket.marketplace.jsonrpc;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
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
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls one unary RPC as a JSON-RPC method, with messages in protobuf's JSON format. Positional
 * parameters follow the field numbers. Safe for concurrent use.
 */
final class DynamicGrpcClient implements JsonRpcMethod {
  private static final JsonFormat.Parser PARSER = JsonFormat.parser();
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();

  /**
   * An escape in JSON. Group 1 is the code of a character that the printer escapes only for HTML,
   * which would make the result longer.
   */
  private static final Pattern ESCAPE =
      Pattern.compile("\\\\(?:u(00(?:26|27|3c|3d|3e))|.)"); // & ' < = >

  /**
   * The maximum size of a result as JSON and as protobuf, in bytes: the responses of the 50 calls
   * of a batch, and the ids that they repeat, need at most 16 MiB.
   */
  static final int MAX_RESULT = 320 * 1024;

  /**
   * Runs the callbacks of the calls instead of gRPC's threads: converting can take long. One
   * thread, because a message of 320 KiB with many small messages in it needs more than 10 MiB.
   */
  private static final Executor CALLBACKS =
      Executors.newSingleThreadExecutor(
          new ThreadFactoryBuilder().setNameFormat("json-rpc").setDaemon(true).build());

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
  public CompletableFuture<byte[]> call(JsonElement params) {
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

  private static byte[] jsonOf(DynamicMessage response) {
    try {
      var json =
          ESCAPE
              .matcher(PRINTER.print(response))
              .replaceAll(DynamicGrpcClient::withoutHtmlEscape)
              .getBytes(StandardCharsets.UTF_8);
      if (json.length > MAX_RESULT) {
        throw JsonRpcError.resourceExhausted();
      }
      return json;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("cannot convert the response to JSON", e);
    }
  }

  private static String withoutHtmlEscape(MatchResult escape) {
    return escape.group(1) == null
        ? Matcher.quoteReplacement(escape.group())
        : Character.toString(Integer.parseInt(escape.group(1), 16));
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
