package dev.bookmarket.marketplace.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The service-config file against the contracts, whichever there are. */
class ServiceConfigTest {
  @Test
  void has_every_unary_rpc_of_the_contracts_and_nothing_else() throws Exception {
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
            .defaultServiceConfig(ServiceConfig.load().document())
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
    return maps(ServiceConfig.load().document().get("methodConfig"));
  }

  @SuppressWarnings("unchecked") // the format says that these are lists of objects
  private static List<Map<String, Object>> maps(@Nullable Object list) {
    return (List<Map<String, Object>>) Objects.requireNonNull(list);
  }

  /** Finds the generated services beside one that is known, in a folder or in a jar. */
  private static List<String> unaryRpcs() throws IOException, URISyntaxException {
    var root = RecommendationsGrpc.class.getProtectionDomain().getCodeSource().getLocation();
    var path = Path.of(root.toURI());
    if (Files.isDirectory(path)) {
      return unaryRpcsIn(path);
    }
    try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + root), Map.of())) {
      return unaryRpcsIn(jar.getPath("/"));
    }
  }

  private static List<String> unaryRpcsIn(Path root) throws IOException {
    var rpcs = new ArrayList<String>();
    try (var files = Files.walk(root.resolve("dev/bookmarket/protobufs"))) {
      for (var file : files.filter(f -> f.toString().endsWith("Grpc.class")).toList()) {
        var name = root.relativize(file).toString().replaceFirst("\\.class$", "");
        var service = (ServiceDescriptor) descriptorOf(name.replace('/', '.'));
        service.getMethods().stream()
            .filter(method -> method.getType() == MethodDescriptor.MethodType.UNARY)
            .map(MethodDescriptor::getFullMethodName)
            .forEach(rpcs::add);
      }
    }
    assertThat(rpcs).as("the contracts were found").hasSizeGreaterThanOrEqualTo(5);
    return rpcs;
  }

  private static Object descriptorOf(String className) {
    try {
      return Class.forName(className).getMethod("getServiceDescriptor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
