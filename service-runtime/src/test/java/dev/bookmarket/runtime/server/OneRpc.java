package dev.bookmarket.runtime.server;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.StringValue;
import com.google.protobuf.WrappersProto;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A service with one unary RPC, from text to text, with the behaviour that a test defines. */
public record OneRpc(ServerCalls.UnaryMethod<String, String> behaviour) implements BindableService {
  public static final String SERVICE = "test.OneRpc";

  public static final MethodDescriptor<String, String> CALL =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Call"))
          .setRequestMarshaller(new Text())
          .setResponseMarshaller(new Text())
          .build();

  /** The schema for reflection. */
  private static final FileDescriptor SCHEMA = schema();

  /** Returns a service that responds with the request. */
  public static OneRpc echo() {
    return new OneRpc(OneRpc::reply);
  }

  public static void reply(String answer, StreamObserver<String> reply) {
    reply.onNext(answer);
    reply.onCompleted();
  }

  public static String call(Channel channel, String request) {
    return ClientCalls.blockingUnaryCall(
        channel, CALL, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), request);
  }

  /** Calls without waiting for the response. */
  public static Future<String> begin(Channel channel, String request, Duration deadline) {
    var options = CallOptions.DEFAULT.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    return ClientCalls.futureUnaryCall(channel.newCall(CALL, options), request);
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder(
            ServiceDescriptor.newBuilder(SERVICE)
                .addMethod(CALL)
                .setSchemaDescriptor((ProtoFileDescriptorSupplier) () -> SCHEMA)
                .build())
        .addMethod(CALL, ServerCalls.asyncUnaryCall(behaviour))
        .build();
  }

  private static FileDescriptor schema() {
    var text = "." + StringValue.getDescriptor().getFullName();
    var file =
        FileDescriptorProto.newBuilder()
            .setName("one_rpc.proto")
            .setPackage("test")
            .addDependency(WrappersProto.getDescriptor().getName())
            .addService(
                ServiceDescriptorProto.newBuilder()
                    .setName("OneRpc")
                    .addMethod(
                        MethodDescriptorProto.newBuilder()
                            .setName("Call")
                            .setInputType(text)
                            .setOutputType(text)))
            .build();
    try {
      return FileDescriptor.buildFrom(file, new FileDescriptor[] {WrappersProto.getDescriptor()});
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Text() implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return StringValue.of(value).toByteString().newInput();
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return StringValue.parseFrom(stream).getValue();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Returns a part of a service config that repeats calls up to four times after these statuses.
   */
  static Map<String, ?> retries(String... statuses) {
    return Map.of(
        "name",
        List.of(Map.of()),
        "retryPolicy",
        Map.of(
            "maxAttempts",
            5.0,
            "initialBackoff",
            "0.01s",
            "maxBackoff",
            "0.01s",
            "backoffMultiplier",
            1.0,
            "retryableStatusCodes",
            List.of(statuses)));
  }
}
