package dev.bookmarket.marketplace.greeting;

import static dev.bookmarket.marketplace.PagesTest.assertShopsPage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.ScriptedBackend;
import dev.bookmarket.marketplace.ScriptedGreeter;
import dev.bookmarket.marketplace.Shopper;
import dev.bookmarket.marketplace.TestShop;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.Eventually;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Giving a name, being greeted under it, and being forgotten, over real HTTP and real gRPC. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GreetingTest {
  private static ScriptedBackend catalogue;
  private static ScriptedGreeter greeter;
  private static TestShop shop;

  @BeforeAll
  static void open() {
    shop = TestShop.start();
    catalogue = shop.catalogue();
    greeter = shop.greeter();
    // The first call of the process makes the connection's code warm.
    var first = new Shopper(shop.port());
    Eventually.soon(
        "greeted", () -> !greeting(first.follow(first.post("/name", "name", "First"))).isEmpty());
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @BeforeEach
  void everythingWorks() {
    greeter.work();
  }

  @Test
  void a_visitor_who_gave_no_name_is_asked_for_one_and_costs_no_call() {
    int before = greeter.calls();

    var home = stranger().get("/");

    assertShopsPage(home, 200);
    assertThat(greeting(home)).isEmpty();
    assertThat(home.page().select("form[action=/name] input[name=name][required]")).hasSize(1);
    assertThat(home.header("Set-Cookie")).isEmpty();
    assertThat(greeter.calls()).isEqualTo(before);
  }

  @Test
  void a_visitor_who_gives_a_name_is_greeted_and_from_then_on_greeted_again() {
    var ada = stranger();
    var asked = ada.get("/").page();

    var home = ada.follow(ada.press(asked, "form[action=/name] button", "name", " Ada Lovelace "));

    assertThat(greeting(home)).isEqualTo("Hello, Ada Lovelace!");
    assertThat(greeting(ada.get("/"))).isEqualTo("Hello again, Ada Lovelace!");
    assertThat(greeting(ada.get("/"))).isEqualTo("Hello again, Ada Lovelace!");
  }

  @Test
  void the_page_with_a_greeting_keeps_the_contract_of_the_home_page_and_is_for_nobody_else() {
    var home = named("Ada").get("/");

    assertThat(home.page().title()).isEqualTo("Online Books For You");
    assertThat(home.page().select("h1").eachText()).containsExactly("Mystery books you may like");
    assertThat(home.body().split("<li>", -1)).as("three bare list items").hasSize(4);
    assertThat(home.header("Cache-Control")).isEqualTo("private, no-cache");
  }

  @Test
  void a_visitor_who_gives_another_name_is_greeted_under_that() {
    var visitor = named("Ada");
    visitor.get("/");

    assertThat(greeting(visitor.follow(visitor.post("/name", "name", "Grace"))))
        .isEqualTo("Hello, Grace!");
  }

  @Test
  void a_visitor_can_have_the_name_forgotten() {
    var visitor = named("Ada");
    var home = visitor.get("/").page();

    var forgotten = visitor.follow(visitor.press(home, "form[action=/name] button"));

    assertThat(visitor.cookie("name")).isEmpty();
    assertThat(greeting(forgotten)).isEmpty();
    assertThat(forgotten.page().select("form[action=/name] input[name=name][required]")).hasSize(1);
  }

  @Test
  void the_cookie_is_out_of_reach_of_scripts_and_of_other_sites() {
    assertThat(stranger().post("/name", "name", "Ada").header("Set-Cookie"))
        .isEqualTo("name=new.QWRh; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax");
  }

  @Test
  void another_site_cannot_give_a_visitor_a_name() {
    var visitor = stranger();

    var answer = visitor.postRaw("/name", "name=Mallory", "Sec-Fetch-Site: cross-site\r\n");

    assertShopsPage(answer, 403);
    assertThat(visitor.cookie("name")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UNAVAILABLE", "INTERNAL", "INVALID_ARGUMENT", "UNIMPLEMENTED"})
  void without_the_greeter_the_page_is_served_without_a_greeting(Status.Code code) {
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
  void a_visitor_whom_the_greeter_missed_is_greeted_for_the_first_time_when_it_is_back() {
    var visitor = named("Ada");
    greeter.failWith(Status.UNAVAILABLE);
    visitor.get("/");

    greeter.work();

    assertThat(greeting(visitor.get("/"))).isEqualTo("Hello, Ada!");
  }

  @Test
  void with_a_hung_greeter_the_page_is_served_without_a_greeting() {
    greeter.hang();

    var home = named("Ada").get("/");

    assertShopsPage(home, 200);
    assertThat(greeting(home)).isEmpty();
    assertThat(home.page().select(".suggestions > li")).hasSize(3);
  }

  @Test
  void what_fails_is_logged_without_the_name() {
    var visitor = named("Xyzzyplugh");
    greeter.failWith(Status.INTERNAL);
    try (var log = CapturedLog.begin()) {
      visitor.get("/");

      assertThat(log.lines()).singleElement().asString().contains("where=Greeter ");
      assertThat(log.lines()).noneMatch(line -> line.contains("Xyzzyplugh"));
    }
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
  void a_hostile_name_is_shown_as_text(String name) {
    var visitor = named(name);

    var home = visitor.get("/");

    assertThat(home.page().expectFirst(".greeting").wholeText()).isEqualTo("Hello, " + name + "!");
    assertThat(home.page().select("script")).isEmpty();
    assertThat(home.page().select("h1")).hasSize(1);
    assertThat(home.body().split("<li>", -1)).hasSize(4);
    assertThat(visitor.cookie("name")).matches("greeted\\.[A-Za-z0-9_-]+");
  }

  @Test
  void a_name_of_100_characters_is_taken_whatever_their_size() {
    var name = "📚".repeat(100);

    assertThat(greeting(named(name).get("/"))).isEqualTo("Hello, " + name + "!");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "\t\r\n", "\u00A0", "\u200B\u2003", "\u2800", "\u3164", "\uFFFF"})
  void a_name_that_nobody_could_see_is_refused(String name) {
    var answer = stranger().post("/name", "name", name);

    assertShopsPage(answer, 400);
    assertThat(answer.page().text()).contains("at least one character that can be seen");
    assertThat(answer.header("Set-Cookie")).isEmpty();
  }

  @Test
  void a_name_of_more_than_100_characters_is_refused() {
    var answer = stranger().post("/name", "name", "x".repeat(101));

    assertShopsPage(answer, 400);
    assertThat(answer.page().text()).contains("at most 100 characters");
    assertThat(answer.header("Set-Cookie")).isEmpty();
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
        "new.QQ0KQg", // A, a line's end, B
        "new.QWS", // bits that mean nothing
        "new.QWRh.QWRh"
      })
  void a_cookie_that_is_not_one_of_ours_is_as_good_as_none(String cookie) {
    assertIgnored(cookie);
  }

  @Test
  void a_cookie_with_too_long_a_name_is_as_good_as_none() {
    assertIgnored(cookieOf("x".repeat(101)));
    assertIgnored(cookieOf("x".repeat(3_000)));
  }

  private static void assertIgnored(String cookie) {
    var visitor = stranger();
    visitor.setCookie("name", cookie);
    int before = greeter.calls();

    var home = visitor.get("/");

    assertShopsPage(home, 200);
    assertThat(greeting(home)).isEmpty();
    assertThat(home.page().select("form[action=/name] input[required]")).hasSize(1);
    assertThat(greeter.calls()).isEqualTo(before);
  }

  private static Shopper stranger() {
    return new Shopper(shop.port());
  }

  /** Somebody who has just given that name. */
  private static Shopper named(String name) {
    var visitor = stranger();
    assertThat(visitor.post("/name", "name", name).header("Location")).isEqualTo("/");
    return visitor;
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
