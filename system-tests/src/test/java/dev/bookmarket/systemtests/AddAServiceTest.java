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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody who does what {@code docs/add-a-service.md} says, block by block, in a fresh copy of the
 * project: runs the commands, writes the files, makes the changes, and gets the answer.
 */
@Needs({Tool.SHELL, Tool.CURL})
@Tag("build")
class AddAServiceTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$");
  private static final Pattern NAME_OF_A_FILE = Pattern.compile("`([\\w/-]+\\.(?:proto|java))`");
  private static final Pattern QUESTION = Pattern.compile("^(\\S+/buf.exe )?curl ");
  private static final String START = "java -jar ";
  private static final String OPEN = "./mvnw -Prun";
  private static final String FORMAT = "./mvnw -q spotless:apply\n";

  /** A build, on a machine that may have other things to do. */
  private static final Duration BUILD_BOUND = Duration.ofMinutes(15);

  /** Where the page has the new service, and the shop's pages; here the ports may be taken. */
  private static final String SERVICE = "localhost:50053";

  private static final String SHOP = "localhost:5000/";

  @TempDir private Path folder;

  private @Nullable ProjectCopy project;
  private @Nullable ProcessUnderTest service;
  private @Nullable ProcessUnderTest shop;
  private String serviceHere = SERVICE;
  private String shopHere = SHOP;
  private String question = "";
  private int answers;

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
  void the_page_leads_to_a_service_that_is_built_and_tested_and_answers() throws IOException {
    project = ProjectCopy.into(folder);
    var page = Files.readString(ProcessUnderTest.ROOT.resolve("docs/add-a-service.md"));
    int before = 0;
    for (var block : BLOCK.matcher(page).results().toList()) {
      follow(block, page.substring(before, block.start()));
      before = block.end();
    }

    assertThat(answers).as("answers that the page shows").isEqualTo(2);
    assertThat(Objects.requireNonNull(service).isAlive()).isTrue();
  }

  private void follow(MatchResult block, String textBefore) throws IOException {
    var content = block.group(2);
    switch (block.group(1)) {
      case "sh" -> run(content);
      case "proto", "java" -> Files.writeString(folder.resolve(lastFileIn(textBefore)), content);
      case "diff" -> change(content);
      case "json" -> {
        // On a busy machine the first call of all may miss its deadline.
        Polling.within(
            TwoServices.RECOVERY,
            () ->
                assertThat(String.join("", runToItsEnd(question)))
                    .isEqualToIgnoringWhitespace(content));
        answers++;
      }
      default -> throw new AssertionError("teach this test to follow " + block.group());
    }
  }

  private void run(String script) {
    if (script.startsWith(START)) {
      start(script.substring(START.length()).strip());
    } else if (script.startsWith(OPEN)) {
      openShop();
    } else if (QUESTION.matcher(script).find()) {
      question = script;
    } else {
      runToItsEnd(script);
    }
  }

  private void start(String jar) {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var variables = Map.of("SHIPPING_PORT", "0", "DRAIN_MS", "0");
    service = copy().start("add-a-service-java", variables, java, "-jar", jar);
    serviceHere = "localhost:" + service.port();
  }

  private List<String> runToItsEnd(String script) {
    // The formatter knows no JDK from 25 up, and the page says so.
    var commands = Runtime.version().feature() < 25 ? script : script.replace(FORMAT, "");
    var here = commands.replace(SERVICE, serviceHere).replace(SHOP, shopHere);
    // curl prints no newline, without which the log has no line.
    var command = here + "echo\n";
    try (var shell = copy().start("add-a-service-sh", Map.of(), "sh", "-e", "-c", command)) {
      var exitCode = shell.awaitEnd(BUILD_BOUND);
      var said = shell.log();
      assertThat(exitCode).as("%s%n%s", script, String.join("\n", said)).isZero();
      return said;
    }
  }

  private void openShop() {
    var variables = new HashMap<>(Processes.freePorts());
    variables.put("SHIPPING_PORT", String.valueOf(Ports.free()));
    variables.put("ORDERS_DB", folder.resolve("orders.db").toString());
    var maven = copy().start("add-a-service-run", variables, OPEN.split(" "));
    shop = maven;
    maven.awaitLog("Bookmarket is open at ");
    maven.awaitLog("port=" + variables.get("SHIPPING_PORT") + " .*Serving");
    shopHere = "localhost:" + variables.get("MARKETPLACE_PORT") + "/";
  }

  private ProjectCopy copy() {
    return Objects.requireNonNull(project);
  }

  private static String lastFileIn(String text) {
    return NAME_OF_A_FILE
        .matcher(text)
        .results()
        .map(name -> name.group(1))
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  /** Makes each change of a diff: files after {@code +++}, and hunks without numbers. */
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

  private static void replace(
      List<String> lines, List<String> from, List<String> to, String whence) {
    int at = Collections.indexOfSubList(lines, from);
    assertThat(at).as("%s has these lines: %s", whence, from).isNotNegative();
    assertThat(Collections.lastIndexOfSubList(lines, from))
        .as("%s has them once: %s", whence, from)
        .isEqualTo(at);
    var place = lines.subList(at, at + from.size());
    place.clear();
    place.addAll(to);
  }

  /** The lines of a hunk as they are before, or after, the change. */
  private static List<String> side(String hunk, char sign) {
    return hunk.lines()
        .filter(line -> line.charAt(0) == ' ' || line.charAt(0) == sign)
        .map(line -> line.substring(1))
        .toList();
  }
}
