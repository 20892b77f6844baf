package dev.bookmarket.greeter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.protobufs.helloworld.GreeterGrpc;
import dev.bookmarket.protobufs.helloworld.HelloRequest;
import dev.bookmarket.runtime.Environment;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class GreeterMainTest {
  @Test
  void serves_on_its_port_as_soon_as_it_has_started() {
    var config = GreeterConfig.from(Environment.of(Map.of("GREETER_PORT", "0", "DRAIN_MS", "0")));
    try (var server = GreeterMain.start(config)) {
      var channel =
          Grpc.newChannelBuilderForAddress(
                  "127.0.0.1", server.port(), InsecureChannelCredentials.create())
              .build();
      var request = HelloRequest.newBuilder().setName("you").build();
      assertThat(GreeterGrpc.newBlockingStub(channel).sayHello(request).getMessage())
          .isEqualTo("Hello, you!");
      channel.shutdownNow();
    }
  }
}
