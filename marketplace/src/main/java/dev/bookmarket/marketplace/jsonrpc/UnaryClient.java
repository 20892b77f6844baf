package dev.bookmarket.marketplace.jsonrpc;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.Descriptor;
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
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * A unary RPC as a method of JSON-RPC, in protobuf's own JSON format. Parameters by position follow
 * the numbers of the fields. Safe for concurrent use.
 */
final class UnaryClient implements JsonRpcMethod {
  private static final JsonFormat.Parser PARSER = JsonFormat.parser();
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();

  /** A number of a hundred thousand digits and more, which JsonFormat would write out. */
  private static final Pattern HUGE = Pattern.compile("[+-]?[\\p{Nd}.]+[eE][+-]?\\p{Nd}{6,}");

  private final Channel channel;
  private final MethodDescriptor<DynamicMessage, DynamicMessage> method;
  private final DynamicMessage emptyRequest;
  private final List<String> parameters;

  /** The RPC, called through that channel. */
  UnaryClient(Channel channel, Descriptors.MethodDescriptor rpc) {
    this.channel = channel;
    this.emptyRequest = DynamicMessage.getDefaultInstance(rpc.getInputType());
    this.parameters = parametersOf(rpc.getInputType());
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
            channel.newCall(method, CallOptions.DEFAULT), requestOf(params));
    return GrpcFutures.mapFailure(GrpcFutures.responseOf(call), UnaryClient::errorOf)
        .thenApply(UnaryClient::jsonOf);
  }

  private DynamicMessage requestOf(JsonElement params) {
    var named = params instanceof JsonArray values ? named(values) : params;
    if (hasHugeNumber(named, emptyRequest.getDescriptorForType())) {
      throw JsonRpcError.invalidParams("a number is out of every range");
    }
    var request = emptyRequest.newBuilderForType();
    try {
      PARSER.merge(named.toString(), request);
    } catch (InvalidProtocolBufferException e) {
      throw JsonRpcError.invalidParams(String.valueOf(e.getMessage()));
    }
    return request.build();
  }

  private JsonObject named(JsonArray values) {
    if (values.size() > parameters.size()) {
      throw JsonRpcError.invalidParams("more than " + parameters.size() + " parameters");
    }
    var named = new JsonObject();
    for (int i = 0; i < values.size(); i++) {
      named.add(parameters.get(i), values.get(i));
    }
    return named;
  }

  private static List<String> parametersOf(Descriptor request) {
    return request.getFields().stream()
        .sorted(Comparator.comparing(FieldDescriptor::getNumber))
        .map(FieldDescriptor::getName)
        .toList();
  }

  /** Numbers may come in quotes, so texts count too where the field is one for numbers. */
  private static boolean hasHugeNumber(JsonElement json, Descriptor message) {
    return json instanceof JsonObject object
        && object.asMap().entrySet().stream()
            .anyMatch(
                member ->
                    message.getFields().stream()
                        .filter(field -> isNamed(field, member.getKey()))
                        .anyMatch(field -> hasHugeNumber(member.getValue(), field)));
  }

  private static boolean hasHugeNumber(JsonElement json, FieldDescriptor field) {
    if (json instanceof JsonArray values) {
      return StreamSupport.stream(values.spliterator(), false)
          .anyMatch(value -> hasHugeNumber(value, field));
    }
    if (field.isMapField() && json instanceof JsonObject map) {
      var entry = field.getMessageType().getFields();
      return map.asMap().entrySet().stream()
          .anyMatch(
              each ->
                  hasHugeNumber(new JsonPrimitive(each.getKey()), entry.get(0))
                      || hasHugeNumber(each.getValue(), entry.get(1)));
    }
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      return hasHugeNumber(json, field.getMessageType());
    }
    return json instanceof JsonPrimitive value
        && (value.isNumber() || field.getJavaType() != FieldDescriptor.JavaType.STRING)
        && HUGE.matcher(value.getAsString()).matches();
  }

  private static boolean isNamed(FieldDescriptor field, String name) {
    return field.getName().equals(name) || field.getJsonName().equals(name);
  }

  private static JsonElement jsonOf(DynamicMessage response) {
    try {
      return JsonParser.parseString(PRINTER.print(response));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("no JSON for an answer", e);
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
