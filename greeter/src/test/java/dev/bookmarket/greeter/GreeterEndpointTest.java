package dev.bookmarket.greeter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bookmarket.protobufs.helloworld.GreeterGrpc;
import dev.bookmarket.protobufs.helloworld.GreeterGrpc.GreeterBlockingStub;
import dev.bookmarket.protobufs.helloworld.HelloRequest;
import dev.bookmarket.runtime.server.ServedInProcess;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GreeterEndpointTest {
  private static ServedInProcess service;
  private static GreeterBlockingStub greeter;

  @BeforeAll
  static void serve() {
    service = ServedInProcess.of(GreeterMain.endpoints());
    greeter = GreeterGrpc.newBlockingStub(service.channel());
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @ParameterizedTest
  @CsvSource({
    "you, 'Hello, you!', 'Hello again, you!'",
    "李雷 📚, 'Hello, 李雷 📚!', 'Hello again, 李雷 📚!'",
    "<b>%s</b>, 'Hello, <b>%s</b>!', 'Hello again, <b>%s</b>!'",
    "'', 'Hello, !', 'Hello again, !'"
  })
  void greets_with_the_unchanged_name(String name, String hello, String helloAgain) {
    assertThat(greeter.sayHello(named(name)).getMessage()).isEqualTo(hello);
    assertThat(greeter.sayHelloAgain(named(name)).getMessage()).isEqualTo(helloAgain);
  }

  @Test
  void greets_with_the_longest_name() {
    var name = "📚".repeat(Greeter.MAX_CHARACTERS);

    assertThat(greeter.sayHello(named(name)).getMessage()).isEqualTo("Hello, " + name + "!");
  }

  @Test
  void rejects_a_longer_name_without_repeating_it() {
    var request = named("x".repeat(Greeter.MAX_CHARACTERS + 1));

    var first = catchThrowableOfType(StatusRuntimeException.class, () -> greeter.sayHello(request));
    var later =
        catchThrowableOfType(StatusRuntimeException.class, () -> greeter.sayHelloAgain(request));

    assertThat(first).hasMessage("INVALID_ARGUMENT: name must have at most 10000 characters");
    assertThat(later).hasMessage("INVALID_ARGUMENT: name must have at most 10000 characters");
  }

  private static HelloRequest named(String name) {
    return HelloRequest.newBuilder().setName(name).build();
  }
}
