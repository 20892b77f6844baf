package dev.bookmarket.greeter;

import dev.bookmarket.runtime.ServiceProcess;
import dev.bookmarket.runtime.server.GrpcServer;
import io.grpc.BindableService;
import io.grpc.Channel;
import java.util.List;

/** Constructs and starts the greeter. */
public final class GreeterMain {
  private GreeterMain() {}

  /** Runs the service until the process receives SIGTERM or SIGINT. */
  public static void main(String[] arguments) {
    ServiceProcess.run("greeter", arguments, GreeterConfig::from, GreeterMain::start);
  }

  /** Starts the service; returns when it is ready. */
  public static GrpcServer start(GreeterConfig config) {
    return GrpcServer.start(config.server(), endpoints(), GreeterMain::warmUp);
  }

  /** Returns the endpoints of the service. */
  static List<BindableService> endpoints() {
    var greeter = new Greeter();
    return List.of(new GreeterEndpoint(greeter), new GrpcServiceEndpoint(greeter));
  }

  private static void warmUp(Channel channel) {
    GreeterEndpoint.warmUp(channel);
    GrpcServiceEndpoint.warmUp(channel);
  }
}
