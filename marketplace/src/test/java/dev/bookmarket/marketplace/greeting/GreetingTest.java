package dev.bookmarket.marketplace.greeting;

import static dev.bookmarket.marketplace.TestShop.assertShopsPage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.ScriptedBackend;
import dev.bookmarket.marketplace.ScriptedGreeter;
import dev.bookmarket.marketplace.Shopper;
import dev.bookmarket.marketplace.TestShop;
import dev.bookmarket.runtime.CapturedLog;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the visitor's name and the greeting over real HTTP and real gRPC. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GreetingTest {
  private static final int MAX_ATTEMPTS = 20;

  private static ScriptedBackend catalogue;
  private static ScriptedGreeter greeter;
  private static TestShop shop;

  @BeforeAll
  static void open() {
    shop = TestShop.start();
    catalogue = shop.catalogue();
    greeter = shop.greeter();
    greeted(named("First")); // the first call of a process is slow
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @BeforeEach
  void reset() {
    greeter.work();
  }

  @Test
  void shows_the_form_for_a_name_and_calls_no_backend_without_a_name() {
    int before = greeter.calls();

    var home = newVisitor().get("/");

    assertShopsPage(home, 200);
    assertThat(greeting(home)).isEmpty();
    assertThat(home.page().select("form[action=/name] input[name=name][required]")).hasSize(1);
    assertThat(home.header("Set-Cookie")).isEmpty();
    assertThat(greeter.calls()).isEqualTo(before);
  }

  @Test
  void greets_a_visitor_once_and_greets_again_afterwards() {
    var ada = newVisitor();
    var form = ada.get("/").page();

    ada.press(form, "form[action=/name] button", "name", " Ada Lovelace ");

    assertThat(greeting(greeted(ada))).isEqualTo("Hello, Ada Lovelace!");
    assertThat(greeting(greeted(ada))).isEqualTo("Hello again, Ada Lovelace!");
    assertThat(greeting(greeted(ada))).isEqualTo("Hello again, Ada Lovelace!");
  }

  @Test
  void the_page_with_a_greeting_keeps_the_contract_and_is_private() {
    var home = greeted(named("Ada"));

    assertThat(home.page().title()).isEqualTo("Online Books For You");
    assertThat(home.page().select("h1").eachText()).containsExactly("Mystery books you may like");
    assertThat(home.body().split("<li>", -1)).as("three bare list items").hasSize(4);
    assertThat(home.header("Cache-Control")).isEqualTo("private, no-cache");
  }

  @Test
  void greets_a_visitor_by_a_changed_name() {
    var visitor = named("Ada");
    greeted(visitor);

    visitor.post("/name", "name", "Grace");

    assertThat(greeting(greeted(visitor))).isEqualTo("Hello, Grace!");
  }

  @Test
  void deletes_the_name() {
    var visitor = named("Ada");
    var home = visitor.get("/").page();

    var forgotten = visitor.follow(visitor.press(home, "form[action=/name] button"));

    assertThat(visitor.cookie("name")).isEmpty();
    assertThat(greeting(forgotten)).isEmpty();
    assertThat(forgotten.page().select("form[action=/name] input[name=name][required]")).hasSize(1);
  }

  @Test
  void the_cookie_is_http_only_and_same_site() {
    assertThat(newVisitor().post("/name", "name", "Ada").header("Set-Cookie"))
        .isEqualTo("name=new.QWRh; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax");
  }

  @Test
  void rejects_a_name_from_another_site() {
    var visitor = newVisitor();

    var response = visitor.postRaw("/name", "name=Mallory", "Sec-Fetch-Site: cross-site\r\n");

    assertShopsPage(response, 403);
    assertThat(visitor.cookie("name")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UNAVAILABLE", "INTERNAL", "INVALID_ARGUMENT", "UNIMPLEMENTED"})
  void omits_the_greeting_if_the_greeter_fails(Status.Code code) {
    var visitor = named("Ada");
    greeter.failWith(code.toStatus().withDescription("secret"));

    var home = visitor.get("/");

    assertShopsPage(home, 200);
    assertThat(greeting(home)).isEmpty();
    assertThat(home.page().select(".suggestions > li")).hasSize(3);
    assertThat(home.page().select("[role=status]")).isEmpty();
    assertThat(home.body()).doesNotContain("secret");
  }

  @Test
  void greets_for_the_first_time_after_the_greeter_is_back() {
    var visitor = named("Ada");
    greeter.failWith(Status.UNAVAILABLE);
    visitor.get("/");

    greeter.work();

    assertThat(greeting(greeted(visitor))).isEqualTo("Hello, Ada!");
  }

  @Test
  void omits_the_greeting_if_the_greeter_hangs() {
    greeter.hang();

    var visitor = named("Ada");
    visitor.setRetries(false);

    var home = visitor.get("/");
    for (int i = 1; i < MAX_ATTEMPTS && !home.page().select("[data-missing]").isEmpty(); i++) {
      home = visitor.get("/"); // on a busy machine, another call can exceed its deadline
    }

    assertShopsPage(home, 200);
    assertThat(greeting(home)).isEmpty();
    assertThat(home.page().select(".suggestions > li")).hasSize(3);
  }

  @Test
  void logs_failures_without_the_name() {
    var visitor = named("Xyzzyplugh");
    greeter.failWith(Status.INTERNAL);
    visitor.setRetries(false);
    var lines = new ArrayList<String>();

    var home =
        RawHttp.inTime(
            () -> {
              try (var log = CapturedLog.begin()) {
                var response = visitor.get("/");
                lines.clear();
                lines.addAll(log.lines());
                return response;
              }
            });

    assertShopsPage(home, 200);
    assertThat(lines).singleElement().asString().contains("where=Greeter ");
    assertThat(lines).noneMatch(line -> line.contains("Xyzzyplugh"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\"><li>",
        "</p><h1>&amp;",
        "a=b; name=new.RXZl, x",
        "${1+1} [[${page}]]",
        "李雷 📚",
        "\u202Etxet"
      })
  void escapes_a_hostile_name(String name) {
    var visitor = named(name);

    var home = greeted(visitor);

    assertThat(home.page().expectFirst(".greeting").wholeText()).isEqualTo("Hello, " + name + "!");
    assertThat(home.page().select("script")).isEmpty();
    assertThat(home.page().select("h1")).hasSize(1);
    assertThat(home.body().split("<li>", -1)).hasSize(4);
    assertThat(visitor.cookie("name")).matches("greeted\\.[A-Za-z0-9_-]+");
  }

  @Test
  void accepts_a_name_of_100_code_points() {
    var name = "📚".repeat(100);

    assertThat(greeting(greeted(named(name)))).isEqualTo("Hello, " + name + "!");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "\t\r\n", "\u00A0", "\u200B\u2003", "\u2800", "\u3164", "\uFFFF"})
  void rejects_an_invisible_name(String name) {
    var response = newVisitor().post("/name", "name", name);

    assertShopsPage(response, 400);
    assertThat(response.page().text()).contains("at least one visible character");
    assertThat(response.header("Set-Cookie")).isEmpty();
  }

  @Test
  void rejects_a_name_of_more_than_100_characters() {
    var response = newVisitor().post("/name", "name", "x".repeat(101));

    assertShopsPage(response, 400);
    assertThat(response.page().text()).contains("at most 100 characters");
    assertThat(response.header("Set-Cookie")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Ada",
        "new.",
        "new",
        "NEW.QWRh",
        "again.QWRh",
        "new.QWRh=",
        "new.QWRi!",
        "new.IA", // " "
        "new.gA", // not UTF-8
        "new.QQ0KQg", // A, a line break, B
        "new.QWS", // unused bits that are not 0
        "new.QWRh.QWRh"
      })
  void treats_an_invalid_cookie_as_absent(String cookie) {
    assertIgnored(cookie);
  }

  @Test
  void treats_a_cookie_with_a_too_long_name_as_absent() {
    assertIgnored(cookieOf("x".repeat(101)));
    assertIgnored(cookieOf("x".repeat(3_000)));
  }

  private static void assertIgnored(String cookie) {
    var visitor = newVisitor();
    visitor.setCookie("name", cookie);
    int before = greeter.calls();

    var home = visitor.get("/");

    assertShopsPage(home, 200);
    assertThat(greeting(home)).isEmpty();
    assertThat(home.page().select("form[action=/name] input[required]")).hasSize(1);
    assertThat(greeter.calls()).isEqualTo(before);
  }

  private static Shopper newVisitor() {
    return new Shopper(shop.port());
  }

  /** Returns a visitor who has just entered a name. */
  private static Shopper named(String name) {
    var visitor = newVisitor();
    assertThat(visitor.post("/name", "name", name).header("Location")).isEqualTo("/");
    return visitor;
  }

  /** Returns a home page with a greeting: on a busy machine, a call can exceed its deadline. */
  private static RawHttp.Response greeted(Shopper visitor) {
    var home = visitor.get("/");
    for (int i = 1; i < MAX_ATTEMPTS && greeting(home).isEmpty(); i++) {
      home = visitor.get("/");
    }
    return home;
  }

  private static String cookieOf(String name) {
    return "new."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  private static String greeting(RawHttp.Response home) {
    return home.page().select(".greeting").text();
  }
}
