package dev.bookmarket.greeter;

import dev.bookmarket.protobufs.grpcservice.GrpcServiceGrpc;
import dev.bookmarket.protobufs.helloworld.GreeterGrpc;
import dev.bookmarket.protobufs.helloworld.HelloRequest;
import dev.bookmarket.runtime.ServiceProcess;
import dev.bookmarket.runtime.server.GrpcServer;
import io.grpc.BindableService;
import io.grpc.Channel;
import java.util.List;

/** The greeter: the one place where its parts are put together. */
public final class GreeterMain {
  private static final int WARM_UP_ROUNDS = 4;

  private GreeterMain() {}

  /** Runs the service until it is told to stop. */
  public static void main(String[] arguments) {
    ServiceProcess.run("greeter", arguments, GreeterConfig::from, GreeterMain::start);
  }

  /** Serves greetings; returns when the service is ready. */
  public static GrpcServer start(GreeterConfig config) {
    return GrpcServer.start(config.server(), endpoints(), GreeterMain::warmUp);
  }

  /** What the service answers. */
  static List<BindableService> endpoints() {
    var greeter = new Greeter();
    return List.of(new GreeterEndpoint(greeter), new GrpcServiceEndpoint(greeter));
  }

  /** Asks for all that it answers, so that the first caller does not wait for a cold JVM. */
  private static void warmUp(Channel channel) {
    var greeter = GreeterGrpc.newBlockingStub(channel);
    var grpcService = GrpcServiceGrpc.newBlockingStub(channel);
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      var request = HelloRequest.newBuilder().setName("warm-up").build();
      greeter.sayHello(request);
      greeter.sayHelloAgain(request);
      grpcService.hello(
          dev.bookmarket.protobufs.grpcservice.HelloRequest.newBuilder()
              .setData("warm-up")
              .build());
    }
  }
}
