package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executes the blocks of {@code docs/add-a-service.md} in a fresh copy of the project: runs the
 * commands, writes the files, applies the changes, and compares the responses.
 */
@Needs({Tool.SHELL, Tool.CURL})
@Tag("build")
@Timeout(value = 1, unit = TimeUnit.HOURS) // It builds the project several times.
class AddAServiceTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$");
  private static final Pattern FILE_NAME = Pattern.compile("`([\\w/-]+\\.(?:proto|java))`");
  private static final Pattern CURL = Pattern.compile("^(\\S+/buf.exe )?curl ");
  private static final String JAVA_JAR = "java -jar ";
  private static final String RUN_SHOP = "./mvnw -Prun";
  private static final String FORMAT = "./mvnw -q spotless:apply\n";

  /** Timeout of a build on a busy machine. */
  private static final Duration BUILD_TIMEOUT = Duration.ofMinutes(15);

  /** The addresses on the page; the test replaces them, because the ports may be in use. */
  private static final String SERVICE = "localhost:50053";

  private static final String SHOP = "localhost:5000/";

  @TempDir private Path folder;

  private @Nullable ProjectCopy project;
  private @Nullable ProcessUnderTest service;
  private @Nullable ProcessUnderTest shop;
  private String serviceAddress = SERVICE;
  private String shopAddress = SHOP;
  private String curl = "";
  private int responses;

  @AfterEach
  void stop() {
    if (service != null) {
      service.close();
    }
    if (shop != null) {
      shop.close();
    }
  }

  @Test
  void the_page_results_in_a_tested_service_that_responds() throws IOException {
    project = ProjectCopy.into(folder);
    var page = Files.readString(ProcessUnderTest.ROOT.resolve("docs/add-a-service.md"));
    int before = 0;
    for (var block : BLOCK.matcher(page).results().toList()) {
      execute(block, page.substring(before, block.start()));
      before = block.end();
    }

    assertThat(responses).as("responses that the page shows").isEqualTo(2);
    assertThat(Objects.requireNonNull(service).isAlive()).isTrue();
  }

  private void execute(MatchResult block, String textBefore) throws IOException {
    var content = block.group(2);
    switch (block.group(1)) {
      case "sh" -> run(content);
      case "proto", "java" ->
          Files.writeString(folder.resolve(lastFileNameIn(textBefore)), content);
      case "diff" -> change(content);
      case "json" -> {
        // On a busy machine, the first call can exceed its deadline.
        Polling.within(
            TwoServices.RECOVERY,
            () -> assertThat(String.join("", runToEnd(curl))).isEqualToIgnoringWhitespace(content));
        responses++;
      }
      default -> throw new AssertionError("the test does not support this block: " + block.group());
    }
  }

  private void run(String script) {
    if (script.startsWith(JAVA_JAR)) {
      start(script.substring(JAVA_JAR.length()).strip());
    } else if (script.startsWith(RUN_SHOP)) {
      startShop();
    } else if (CURL.matcher(script).find()) {
      curl = script;
    } else {
      runToEnd(script);
    }
  }

  private void start(String jar) {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var variables = Map.of("SHIPPING_PORT", "0", "DRAIN_MS", "0");
    service = copy().start("add-a-service-java", variables, java, "-jar", jar);
    serviceAddress = "localhost:" + service.port();
  }

  private List<String> runToEnd(String script) {
    // The formatter does not support JDK 25 and later, as the page states.
    var commands = Runtime.version().feature() < 25 ? script : script.replace(FORMAT, "");
    var localCommands = commands.replace(SERVICE, serviceAddress).replace(SHOP, shopAddress);
    // curl prints no line ending, without which the log contains no line.
    var command = localCommands + "echo\n";
    try (var shell = copy().start("add-a-service-sh", Map.of(), "sh", "-e", "-c", command)) {
      var exitCode = shell.awaitEnd(BUILD_TIMEOUT);
      var output = shell.log();
      assertThat(exitCode).as("%s%n%s", script, String.join("\n", output)).isZero();
      return output;
    }
  }

  private void startShop() {
    var variables = new HashMap<>(Processes.freePorts());
    variables.put("SHIPPING_PORT", String.valueOf(Ports.free()));
    variables.put("ORDERS_DB", folder.resolve("orders.db").toString());
    var maven = copy().start("add-a-service-run", variables, RUN_SHOP.split(" "));
    shop = maven;
    maven.awaitLog("Bookmarket is open at ");
    maven.awaitLog("port=" + variables.get("SHIPPING_PORT") + " .*Serving");
    shopAddress = "localhost:" + variables.get("MARKETPLACE_PORT") + "/";
  }

  private ProjectCopy copy() {
    return Objects.requireNonNull(project);
  }

  private static String lastFileNameIn(String text) {
    return FILE_NAME
        .matcher(text)
        .results()
        .map(name -> name.group(1))
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  /** Applies a diff: file names follow {@code +++}, and hunks have no line numbers. */
  private void change(String diff) throws IOException {
    for (var part : diff.split("(?m)^\\+\\+\\+ ")) {
      if (!part.isEmpty()) {
        var hunks = part.split("(?m)^@@\n");
        var file = folder.resolve(hunks[0].strip());
        var lines = new ArrayList<>(Files.readAllLines(file));
        for (var hunk : List.of(hunks).subList(1, hunks.length)) {
          replace(lines, side(hunk, '-'), side(hunk, '+'), hunks[0]);
        }
        Files.write(file, lines);
      }
    }
  }

  private static void replace(List<String> lines, List<String> from, List<String> to, String name) {
    int at = Collections.indexOfSubList(lines, from);
    assertThat(at).as("%s has these lines: %s", name, from).isNotNegative();
    assertThat(Collections.lastIndexOfSubList(lines, from))
        .as("%s has them once: %s", name, from)
        .isEqualTo(at);
    var place = lines.subList(at, at + from.size());
    place.clear();
    place.addAll(to);
  }

  /** Returns the lines of a hunk before (-) or after (+) the change. */
  private static List<String> side(String hunk, char sign) {
    return hunk.lines()
        .filter(line -> line.charAt(0) == ' ' || line.charAt(0) == sign)
        .map(line -> line.substring(1))
        .toList();
  }
}
