package dev.bookmarket.systemtests.k8s;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The environment variables that our services read, according to {@code --help}. */
final class EnvironmentVariables {
  private static final Pattern LINE = Pattern.compile("(?m)^  ([A-Z_]+) +(\\S+) ");
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private final Map<String, Map<String, String>> byModule = new ConcurrentHashMap<>();

  /** Returns the names of a module's variables, each with its default. */
  Map<String, String> of(String module) {
    return byModule.computeIfAbsent(module, EnvironmentVariables::readHelp);
  }

  private static Map<String, String> readHelp(String module) {
    var jar = ROOT.resolve(module).resolve("target").resolve(module + ".jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is missing: run these tests with `mvnw verify`");
    }
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    var help = Output.of(List.of(java.toString(), "-jar", jar.toString(), "--help")).orFail();
    var variables = new HashMap<String, String>();
    LINE.matcher(help).results().forEach(line -> variables.put(line.group(1), line.group(2)));
    return variables;
  }
}
