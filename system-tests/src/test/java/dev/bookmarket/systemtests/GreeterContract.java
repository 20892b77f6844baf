package dev.bookmarket.systemtests;

import static io.grpc.stub.ServerCalls.asyncUnaryCall;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One version of the greeter's contract, compiled from its own {@code .proto} and independent of
 * the other versions. Messages are maps from field names to texts.
 */
record GreeterContract(ServiceDescriptor service) {
  /** Compiles {@code helloworld.proto} of a folder, with temporary files in another folder. */
  static GreeterContract of(Path folder, Path temporary) throws IOException {
    var source = Files.createTempDirectory(temporary, "contract");
    Files.copy(folder.resolve("helloworld.proto"), source.resolve("helloworld.proto"));
    var descriptors = temporary.resolve(source.getFileName() + ".binpb");
    Buf.compile(source, descriptors);
    try {
      var file = FileDescriptorSet.parseFrom(Files.readAllBytes(descriptors)).getFile(0);
      var built = FileDescriptor.buildFrom(file, new FileDescriptor[0]);
      return new GreeterContract(built.findServiceByName("Greeter"));
    } catch (DescriptorValidationException e) {
      throw new IOException(e);
    }
  }

  /** Calls an RPC as a client with this version and returns the response. */
  DynamicMessage call(Channel channel, String rpc, Map<String, String> fields) {
    var options = CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS);
    var input = service.findMethodByName(rpc).getInputType();
    var request = DynamicMessage.newBuilder(input);
    fields.forEach((name, text) -> request.setField(input.findFieldByName(name), text));
    return ClientCalls.blockingUnaryCall(channel, method(rpc), options, request.build());
  }

  /** Returns a server with this version; the function returns the fields of each response. */
  ServerServiceDefinition serverDefinition(Function<DynamicMessage, Map<String, String>> function) {
    var definition = ServerServiceDefinition.builder(service.getFullName());
    for (var each : service.getMethods()) {
      definition.addMethod(
          method(each.getName()),
          asyncUnaryCall(
              (request, reply) -> {
                var output = DynamicMessage.newBuilder(each.getOutputType());
                function
                    .apply(request)
                    .forEach(
                        (name, text) ->
                            output.setField(each.getOutputType().findFieldByName(name), text));
                reply.onNext(output.build());
                reply.onCompleted();
              }));
    }
    return definition.build();
  }

  /** Returns the text of a field in the version with which the message was parsed. */
  static String text(DynamicMessage message, String field) {
    return (String) message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  private MethodDescriptor<DynamicMessage, DynamicMessage> method(String rpc) {
    var found = service.findMethodByName(rpc);
    return MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
        .setType(MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service.getFullName(), rpc))
        .setRequestMarshaller(
            ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(found.getInputType())))
        .setResponseMarshaller(
            ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(found.getOutputType())))
        .build();
  }
}
