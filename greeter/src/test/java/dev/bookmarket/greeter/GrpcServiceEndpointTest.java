package dev.bookmarket.greeter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bookmarket.protobufs.grpcservice.GrpcServiceGrpc;
import dev.bookmarket.protobufs.grpcservice.GrpcServiceGrpc.GrpcServiceBlockingStub;
import dev.bookmarket.protobufs.grpcservice.HelloRequest;
import dev.bookmarket.protobufs.grpcservice.Skill;
import dev.bookmarket.runtime.server.ServedInProcess;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcServiceEndpointTest {
  private static ServedInProcess service;
  private static GrpcServiceBlockingStub grpcService;

  @BeforeAll
  static void serve() {
    service = ServedInProcess.of(GreeterMain.endpoints());
    grpcService = GrpcServiceGrpc.newBlockingStub(service.channel());
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void returns_data_and_skill_and_the_text_and_number_of_the_tutorials() {
    var response = grpcService.hello(request("xiao gang", "engineer"));

    assertThat(response.getResult()).isEqualTo("xiao gangengineer this is gprc test service");
    assertThat(response.getMapResultMap()).isEqualTo(Map.of("12", 1232));
  }

  @Test
  void responds_to_the_first_tutorial_which_sends_no_skill() {
    var response = grpcService.hello(HelloRequest.newBuilder().setData("xiao li").build());

    assertThat(response.getResult()).isEqualTo("xiao li this is gprc test service");
  }

  @Test
  void responds_to_an_empty_request() {
    var response = grpcService.hello(HelloRequest.getDefaultInstance());

    assertThat(response.getResult()).isEqualTo(" this is gprc test service");
  }

  @ParameterizedTest
  @CsvSource({"10001, 0, data", "0, 10001, skill.name"})
  void rejects_a_too_long_text_without_repeating_it(int data, int skill, String field) {
    var rejection =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> grpcService.hello(request("x".repeat(data), "x".repeat(skill))));

    assertThat(rejection)
        .hasMessage("INVALID_ARGUMENT: " + field + " must have at most 10000 characters");
  }

  private static HelloRequest request(String data, String skill) {
    return HelloRequest.newBuilder()
        .setData(data)
        .setSkill(Skill.newBuilder().setName(skill))
        .build();
  }
}
