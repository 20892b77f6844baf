package dev.bookmarket.systemtests.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.bookmarket.certificates.DemoCertificatesMain;
import dev.bookmarket.systemtests.ProjectCopy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The manifests of {@code k8s/}.
 *
 * @param objects the objects that kustomize renders
 * @param files the files of the base, by name
 */
record Manifests(List<JsonNode> objects, Map<String, String> files) {
  private static final Path FOLDER = Path.of("..", "k8s").toAbsolutePath().normalize();

  /** Renders the shop like {@code kubectl apply -k k8s/}. */
  static Manifests rendered() {
    return rendered(FOLDER);
  }

  /** Renders the shop with telemetry. */
  static Manifests renderedWithTelemetry() {
    return rendered(FOLDER.resolve("overlays").resolve("observability"));
  }

  /** Renders the shop with TLS, in a copy of the project with new certificates. */
  static Manifests renderedWithTls() {
    try {
      var project = Files.createTempDirectory(Path.of("target"), "k8s").toAbsolutePath();
      ProjectCopy.into(project);
      DemoCertificatesMain.run(project, Instant.now());
      return rendered(project.resolve("k8s/overlays/tls"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Manifests rendered(Path folder) {
    var command = List.of("kubectl", "kustomize", folder.toString());
    return new Manifests(parsed(Output.of(command).orFail()), read(FOLDER.resolve("base")));
  }

  /** Returns the documents of a YAML text. */
  static List<JsonNode> parsed(String yaml) {
    var documents = new ArrayList<JsonNode>();
    try (var parser = new ObjectMapper(new YAMLFactory()).createParser(yaml)) {
      while (parser.nextToken() != null) {
        documents.add(parser.readValueAsTree());
      }
    } catch (IOException e) {
      throw new AssertionError("not YAML: " + yaml, e);
    }
    return documents;
  }

  @Override
  public String toString() {
    return "manifests"; // the full text would hide the message of a failed test
  }

  private static Map<String, String> read(Path folder) {
    var files = new TreeMap<String, String>();
    try (var paths = Files.newDirectoryStream(folder, "*.yaml")) {
      for (var path : paths) {
        files.put(path.getFileName().toString(), Files.readString(path, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new AssertionError("cannot read " + folder, e);
    }
    return files;
  }
}
