package dev.bookmarket.systemtests.tls;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Lists the methods of all services that a server has, and calls them with an empty request. */
final class ServedMethods {
  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] message) {
          return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream message) {
          try {
            return message.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private ServedMethods() {}

  /** Returns all methods, by server reflection. */
  static List<MethodDescriptor<byte[], byte[]>> of(Channel channel) {
    var services =
        reflect(channel, ServerReflectionRequest.newBuilder().setListServices("").build())
            .getListServicesResponse();
    return services.getServiceList().stream()
        .flatMap(service -> methods(channel, service.getName()))
        .toList();
  }

  /**
   * Calls the method with an empty message.
   *
   * @return OK as soon as there is a response, otherwise the result of the call
   */
  static Status call(Channel channel, MethodDescriptor<byte[], byte[]> method) {
    var result = new CompletableFuture<Status>();
    var call = channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS));
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            result.complete(Status.OK);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            result.complete(status);
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(new byte[0]);
    call.halfClose();
    try {
      return result.join();
    } finally {
      call.cancel("the result is known", null);
    }
  }

  private static Stream<MethodDescriptor<byte[], byte[]>> methods(Channel channel, String service) {
    var request = ServerReflectionRequest.newBuilder().setFileContainingSymbol(service).build();
    return reflect(channel, request)
        .getFileDescriptorResponse()
        .getFileDescriptorProtoList()
        .stream()
        .map(
            bytes -> {
              try {
                return FileDescriptorProto.parseFrom(bytes);
              } catch (InvalidProtocolBufferException e) {
                throw new UncheckedIOException(e);
              }
            })
        .flatMap(
            file ->
                file.getServiceList().stream()
                    .filter(each -> fullName(file, each.getName()).equals(service)))
        .flatMap(descriptor -> descriptor.getMethodList().stream())
        .map(method -> method(service, method));
  }

  private static String fullName(FileDescriptorProto file, String service) {
    return file.getPackage().isEmpty() ? service : file.getPackage() + "." + service;
  }

  private static MethodDescriptor<byte[], byte[]> method(
      String service, MethodDescriptorProto method) {
    return MethodDescriptor.newBuilder(BYTES, BYTES)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, method.getName()))
        .setType(
            method.getServerStreaming()
                ? method.getClientStreaming()
                    ? MethodType.BIDI_STREAMING
                    : MethodType.SERVER_STREAMING
                : method.getClientStreaming() ? MethodType.CLIENT_STREAMING : MethodType.UNARY)
        .build();
  }

  private static ServerReflectionResponse reflect(
      Channel channel, ServerReflectionRequest request) {
    var response = new CompletableFuture<ServerReflectionResponse>();
    var requests =
        ServerReflectionGrpc.newStub(channel)
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse each) {
                    response.complete(each);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    response.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    response.completeExceptionally(new AssertionError("no response"));
                  }
                });
    requests.onNext(request);
    requests.onCompleted();
    return response.join();
  }
}
