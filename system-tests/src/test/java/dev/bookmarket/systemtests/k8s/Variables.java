package dev.bookmarket.systemtests.k8s;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The environment variables that our services read, by what they answer to {@code --help}. */
final class Variables {
  private static final Pattern LINE = Pattern.compile("(?m)^  ([A-Z_]+) +(\\S+) ");
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private final Map<String, Map<String, String>> known = new ConcurrentHashMap<>();

  /** The names of a module's variables, each with its default. */
  Map<String, String> of(String module) {
    return known.computeIfAbsent(module, Variables::asked);
  }

  private static Map<String, String> asked(String module) {
    var jar = ROOT.resolve(module).resolve("target").resolve(module + ".jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is missing: these tests run in `mvnw verify`");
    }
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    var help = Output.of(List.of(java.toString(), "-jar", jar.toString(), "--help")).orFail();
    var variables = new HashMap<String, String>();
    LINE.matcher(help).results().forEach(line -> variables.put(line.group(1), line.group(2)));
    return variables;
  }
}
