package dev.bookmarket.marketplace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Finds all contracts on the class path. */
public final class Contracts {
  private Contracts() {}

  /** Returns every RPC of the generated services, which are in a folder or a jar. */
  public static List<MethodDescriptor<?, ?>> rpcs() {
    try {
      var root = RecommendationsGrpc.class.getProtectionDomain().getCodeSource().getLocation();
      var path = Path.of(root.toURI());
      if (Files.isDirectory(path)) {
        return rpcsIn(path);
      }
      try (var jar = FileSystems.newFileSystem(URI.create("jar:" + root), Map.of())) {
        return rpcsIn(jar.getPath("/"));
      }
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static List<MethodDescriptor<?, ?>> rpcsIn(Path root) throws IOException {
    try (var files = Files.walk(root.resolve("dev/bookmarket/protobufs"))) {
      var rpcs =
          files
              .filter(file -> file.toString().endsWith("Grpc.class"))
              .map(file -> root.relativize(file).toString().replaceFirst("\\.class$", ""))
              .flatMap(name -> serviceOf(name.replace('/', '.')).getMethods().stream())
              .<MethodDescriptor<?, ?>>map(rpc -> rpc)
              .toList();
      assertThat(rpcs).as("the contracts were found").hasSizeGreaterThanOrEqualTo(5);
      return rpcs;
    }
  }

  private static ServiceDescriptor serviceOf(String className) {
    try {
      return (ServiceDescriptor)
          Class.forName(className).getMethod("getServiceDescriptor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
