package dev.bookmarket.systemtests.containers;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.Needs;
import dev.bookmarket.systemtests.Tool;
import dev.bookmarket.systemtests.k8s.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of memory in docs/operations.md, and the options and limits that it describes. */
@Needs(Tool.KUBECTL)
@Tag("kubernetes")
class MemoryBudgetTest {
  private static final Path PROJECT = Path.of("..");
  private static final long MIB = 1L << 20;
  private static final Pattern BUFFERS =
      Pattern.compile("-Dio\\.grpc\\.netty\\.shaded\\.io\\.netty\\.maxDirectMemory=(\\d+)");

  /** The share of the limit that must remain free. */
  private static final double RESERVE = 0.1;

  @ParameterizedTest(name = "{0}")
  @MethodSource("services")
  void what_the_jvm_may_use_fits_the_memory_limit(String service) throws IOException {
    var workload = workload(service);
    var options = optionsOf(workload.module());
    var table = columnOf(service);
    var buffers = BUFFERS.matcher(Files.readString(PROJECT.resolve("Dockerfile")));
    assertThat(buffers.find()).isTrue();
    long limit = workload.memoryLimit() / MIB;
    long heap =
        limit * Long.parseLong(Objects.requireNonNull(options.get("MinRAMPercentage"))) / 100;
    assertThat(table.get("heap")).isEqualTo(heap);
    assertThat(table.get("compiled code")).isEqualTo(mib(options, "ReservedCodeCacheSize"));
    assertThat(table.get("buffers of gRPC")).isEqualTo(Long.parseLong(buffers.group(1)) / MIB);
    assertThat(table.get("buffers of the JDK and Jetty"))
        .isEqualTo(mib(options, "MaxDirectMemorySize"));
    assertThat(table.get("limit")).isEqualTo(limit);
    long sum = Objects.requireNonNull(table.get("sum"));
    assertThat(table.values().stream().mapToLong(each -> each).sum()).isEqualTo(sum + sum + limit);
    assertThat(sum).isLessThanOrEqualTo((long) (limit * (1 - RESERVE)));
    // The node's number of processors must not decide how many threads and limits there are.
    assertThat(options).containsKey("ActiveProcessorCount");
    assertThat(mib(options, "MaxMetaspaceSize")).isLessThan(limit / 2);
  }

  /** Returns the MiB of a service in the table of docs/operations.md, by the name of the row. */
  private static Map<String, Long> columnOf(String service) throws IOException {
    var lines =
        Files.readString(PROJECT.resolve("docs/operations.md"))
            .lines()
            .dropWhile(line -> !line.startsWith("| MiB |"))
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> List.of(line.split(" *\\| *")))
            .toList();
    int column = lines.get(0).indexOf(service);
    assertThat(column).as(service).isPositive();
    return lines.stream()
        .skip(2)
        .collect(toMap(cells -> cells.get(1), cells -> Long.valueOf(cells.get(column))));
  }

  private static Map<String, String> optionsOf(String module) throws IOException {
    var options = new HashMap<String, String>();
    for (var name : List.of("java.options", module + ".options")) {
      var file = PROJECT.resolve("container").resolve(name);
      if (Files.exists(file)) {
        for (var line : Files.readAllLines(file)) {
          var option = line.split("=", 2);
          if (option.length == 2 && !line.startsWith("#")) {
            options.put(option[0], option[1]);
          }
        }
      }
    }
    return options;
  }

  private static long mib(Map<String, String> options, String name) {
    var value = Objects.requireNonNull(options.get(name), name);
    assertThat(value).as(name).matches("\\d+m");
    return Long.parseLong(value.replace("m", ""));
  }

  private static Workload workload(String service) {
    return Workload.all().stream()
        .filter(each -> each.name().equals(service))
        .findFirst()
        .orElseThrow();
  }

  static List<String> services() {
    return ShopInContainers.services();
  }
}
