package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Compares the service-config file with all contracts. */
class ServiceConfigTest {
  @Test
  void contains_exactly_the_unary_rpcs_of_the_contracts() {
    assertThat(namesInFile()).containsExactlyInAnyOrderElementsOf(unaryRpcs());
  }

  @Test
  void has_a_timeout_for_each() {
    assertThat(methodConfigs())
        .allSatisfy(config -> assertThat((String) config.get("timeout")).matches("[0-9.]+s"));
  }

  @Test
  void is_accepted_by_grpc() {
    var channel =
        Grpc.newChannelBuilder("dns:///localhost:1", InsecureChannelCredentials.create())
            .defaultServiceConfig(Clients.SERVICE_CONFIG.document())
            .build();

    assertThat(channel.isShutdown()).isFalse();
    channel.shutdownNow();
  }

  private static List<String> namesInFile() {
    var names = new ArrayList<String>();
    for (var config : methodConfigs()) {
      for (var name : maps(config.get("name"))) {
        names.add(name.get("service") + "/" + name.get("method"));
      }
    }
    return names;
  }

  private static List<Map<String, Object>> methodConfigs() {
    return maps(Clients.SERVICE_CONFIG.document().get("methodConfig"));
  }

  @SuppressWarnings("unchecked") // the format says that these are lists of objects
  private static List<Map<String, Object>> maps(@Nullable Object list) {
    return (List<Map<String, Object>>) Objects.requireNonNull(list);
  }

  private static List<String> unaryRpcs() {
    return Contracts.rpcs().stream()
        .filter(rpc -> rpc.getType() == MethodDescriptor.MethodType.UNARY)
        .<String>map(MethodDescriptor::getFullMethodName)
        .toList();
  }
}
