package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HeadlessBrowser.follow;
import static dev.bookmarket.systemtests.HeadlessBrowser.tabTo;
import static dev.bookmarket.systemtests.HeadlessBrowser.visit;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.HashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From the home page to a stored order, in a browser, through all services. */
@Needs(Tool.BROWSER)
@Tag("browser")
class OrderJourneyTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  private static final String SEND_TO_CHECKOUT =
      """
      fields => {
        const form = document.createElement('form');
        form.method = 'post';
        form.action = '/checkout';
        for (const [name, value] of Object.entries(fields)) {
          const field = document.createElement('textarea');
          field.name = name;
          field.value = value;
          form.append(field);
        }
        document.body.append(form);
        form.submit();
      }
      """;

  private static ProcessUnderTest shop;
  private static HeadlessBrowser browser;
  private static String home;

  @BeforeAll
  static void openShopAndBrowser(@TempDir Path folder) {
    var variables = new HashMap<>(Processes.freePorts());
    variables.put("ORDERS_DB", folder.resolve("orders.db").toString());
    shop = ProcessUnderTest.launch("all-in-one", variables);
    var port = shop.awaitLog("Bookmarket is open at http://localhost:(\\d+)$").group(1);
    home = "http://127.0.0.1:" + port + "/";
    browser = HeadlessBrowser.open();
  }

  @AfterAll
  static void closeAll() {
    if (browser != null) {
      browser.close();
    }
    if (shop != null) {
      shop.close();
    }
  }

  /** No page may talk to another host, nor make the browser complain. */
  @AfterEach
  void assertNoComplaints() {
    assertThat(browser.complaints()).isEmpty();
  }

  @ParameterizedTest(name = "with JavaScript: {0}")
  @ValueSource(booleans = {true, false})
  void a_visitor_orders_with_a_mouse(boolean javaScript) {
    try (var context = context(new Browser.NewContextOptions().setJavaScriptEnabled(javaScript))) {
      var page = context.newPage();
      visit(page, home);
      follow(page, () -> page.locator("ul.suggestions a").first().click());
      var title = page.locator("h1").textContent();

      page.locator("#quantity").fill("2");
      follow(page, () -> page.locator(".buy button").click());
      assertThat(page.locator(".line .title").textContent()).isEqualTo(title);
      assertThat(page.locator(".to-basket").textContent()).contains("2 items");
      var total = page.locator(".total .price").textContent();

      follow(page, () -> page.locator("a[href='/checkout']").click());
      fillIn(page);
      follow(page, () -> page.locator(".deliver button").click());
      assertThat(page.locator("h1").textContent()).isEqualTo("Thank you!");
      assertThat(page.url()).matches(".*/orders/[A-Za-z0-9]+");
      assertThat(page.locator(".total .price").textContent()).isEqualTo(total);
      assertThat(page.locator(".to-basket .items").count()).isZero();

      follow(page, () -> page.locator("header a[href='/orders']").click());
      assertThat(page.locator(".order").count()).isEqualTo(1);
      follow(page, () -> page.locator(".order a").click());
      assertThat(page.locator("h1").textContent()).isEqualTo("Your order");
      assertThat(page.locator("dd.address").textContent()).isEqualTo("1 Main Street\nSpringfield");
    }
  }

  @Test
  void a_visitor_orders_with_the_keyboard_alone() {
    try (var context = context(new Browser.NewContextOptions())) {
      var page = context.newPage();
      visit(page, home + "books/1");
      tabTo(page, "#quantity");
      page.keyboard().type("3");
      tabTo(page, ".buy button");
      follow(page, () -> page.keyboard().press("Enter"));
      tabTo(page, "button[value=set]");
      tabTo(page, "button[value=remove]");
      tabTo(page, "a[href='/checkout']");
      follow(page, () -> page.keyboard().press("Enter"));

      tabTo(page, ".deliver button");
      follow(page, () -> page.keyboard().press("Enter"));
      assertThat(page.locator("[aria-invalid=true]").count()).isEqualTo(3);
      assertThat(page.evaluate("document.activeElement.className")).isEqualTo("notice errors");

      tabTo(page, "#name");
      page.keyboard().type("Ada");
      tabTo(page, "#phone");
      page.keyboard().type("123");
      tabTo(page, "#address");
      page.keyboard().type("1 Main Street");
      tabTo(page, ".deliver button");
      follow(page, () -> page.keyboard().press("Enter"));
      assertThat(page.locator("h1").textContent()).isEqualTo("Thank you!");
    }
  }

  @Test
  void going_back_and_ordering_again_leads_to_the_same_order() {
    try (var context = context(new Browser.NewContextOptions())) {
      var page = atTheCheckout(context);
      fillIn(page);
      var fields =
          page.locator(".deliver").evaluate("form => Object.fromEntries(new FormData(form))");
      follow(page, () -> page.locator(".deliver button").click());
      var order = page.url();

      page.goBack();
      // A browser that kept the page sends its form as it was; this one may have asked us anew.
      follow(page, () -> page.evaluate(SEND_TO_CHECKOUT, fields));
      assertThat(page.url()).isEqualTo(order);
      visit(page, home + "orders");
      assertThat(page.locator(".order").count()).isEqualTo(1);
    }
  }

  @Test
  void another_visitor_does_not_see_the_order() {
    try (var context = context(new Browser.NewContextOptions());
        var other = context(new Browser.NewContextOptions())) {
      var page = atTheCheckout(context);
      fillIn(page);
      follow(page, () -> page.locator(".deliver button").click());

      var theirs = other.newPage();
      assertThat(visit(theirs, page.url()).status()).isEqualTo(404);
      visit(theirs, home + "orders");
      assertThat(theirs.locator(".order").count()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"390", "1280"})
  void no_page_scrolls_sideways(int width) {
    try (var context = context(new Browser.NewContextOptions().setViewportSize(width, 844))) {
      var page = context.newPage();
      look(page, "basket-empty", "basket", width);
      look(page, "orders-empty", "orders", width);
      for (int book = 1; book <= 9; book++) {
        visit(page, home + "books/" + book);
        page.locator("#quantity").fill("99");
        follow(page, () -> page.locator(".buy button").click());
      }
      look(page, "basket", "basket", width);
      look(page, "checkout", "checkout", width);
      follow(page, () -> page.locator(".deliver button").click());
      assertFits(page, "checkout-errors", width);
      fillIn(page);
      follow(page, () -> page.locator(".deliver button").click());
      assertFits(page, "confirmation", width);
      look(page, "orders", "orders", width);
    }
  }

  private static Page atTheCheckout(BrowserContext context) {
    var page = context.newPage();
    visit(page, home + "books/7");
    follow(page, () -> page.locator(".buy button").click());
    follow(page, () -> page.locator("a[href='/checkout']").click());
    return page;
  }

  private static void fillIn(Page page) {
    page.locator("#name").fill("Ada Lovelace");
    page.locator("#phone").fill("+1 (555) 01-00");
    page.locator("#address").fill("1 Main Street\nSpringfield");
  }

  private static void look(Page page, String name, String path, int width) {
    visit(page, home + path);
    assertFits(page, name, width);
  }

  private static void assertFits(Page page, String name, int width) {
    assertThat(page.evaluate("document.documentElement.scrollWidth")).as(name).isEqualTo(width);
    page.screenshot(
        new Page.ScreenshotOptions()
            .setFullPage(true)
            .setPath(SCREENSHOTS.resolve(name + "-" + width + ".png")));
  }

  private static BrowserContext context(Browser.NewContextOptions options) {
    return browser.context(home, options);
  }
}
