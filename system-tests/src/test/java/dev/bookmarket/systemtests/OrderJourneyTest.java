package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HeadlessBrowser.follow;
import static dev.bookmarket.systemtests.HeadlessBrowser.screenshot;
import static dev.bookmarket.systemtests.HeadlessBrowser.submitForm;
import static dev.bookmarket.systemtests.HeadlessBrowser.tabTo;
import static dev.bookmarket.systemtests.HeadlessBrowser.visit;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests ordering in a browser, from the home page to the stored order. */
@Needs(Tool.BROWSER)
@Tag("browser")
class OrderJourneyTest {
  @RegisterExtension static final BrowserExtension browser = new BrowserExtension();

  @AutoClose private static AllInOne shop;
  private static String home;

  @BeforeAll
  static void startShop(@TempDir Path folder) {
    shop = AllInOne.start(folder);
    home = shop.home();
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
      fillInAddress(page);
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
  void a_visitor_orders_with_the_keyboard() {
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
  void going_back_and_ordering_again_shows_the_same_order() {
    try (var context = context(new Browser.NewContextOptions())) {
      var page = openCheckout(context);
      fillInAddress(page);
      var fields =
          page.locator(".deliver").evaluate("form => Object.fromEntries(new FormData(form))");
      follow(page, () -> page.locator(".deliver button").click());
      var order = page.url();

      page.goBack();
      // Send the form of the first visit, because the browser may have reloaded the page.
      follow(page, () -> submitForm(page, "/checkout", fields));
      assertThat(page.url()).isEqualTo(order);
      visit(page, home + "orders");
      assertThat(page.locator(".order").count()).isEqualTo(1);
    }
  }

  @Test
  void another_visitor_does_not_see_the_order() {
    try (var context = context(new Browser.NewContextOptions());
        var other = context(new Browser.NewContextOptions())) {
      var page = openCheckout(context);
      fillInAddress(page);
      follow(page, () -> page.locator(".deliver button").click());

      var otherPage = other.newPage();
      assertThat(visit(otherPage, page.url()).status()).isEqualTo(404);
      visit(otherPage, home + "orders");
      assertThat(otherPage.locator(".order").count()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"390", "1280"})
  void no_page_scrolls_horizontally(int width) {
    try (var context = context(new Browser.NewContextOptions().setViewportSize(width, 844))) {
      var page = context.newPage();
      capture(page, "basket-empty", "basket", width);
      capture(page, "orders-empty", "orders", width);
      for (int book = 1; book <= 9; book++) {
        visit(page, home + "books/" + book);
        page.locator("#quantity").fill("99");
        follow(page, () -> page.locator(".buy button").click());
      }
      capture(page, "basket", "basket", width);
      capture(page, "checkout", "checkout", width);
      follow(page, () -> page.locator(".deliver button").click());
      assertFits(page, "checkout-errors", width);
      fillInAddress(page);
      follow(page, () -> page.locator(".deliver button").click());
      assertFits(page, "confirmation", width);
      capture(page, "orders", "orders", width);
    }
  }

  private static Page openCheckout(BrowserContext context) {
    var page = context.newPage();
    visit(page, home + "books/7");
    follow(page, () -> page.locator(".buy button").click());
    follow(page, () -> page.locator("a[href='/checkout']").click());
    return page;
  }

  private static void fillInAddress(Page page) {
    page.locator("#name").fill("Ada Lovelace");
    page.locator("#phone").fill("+1 (555) 01-00");
    page.locator("#address").fill("1 Main Street\nSpringfield");
  }

  private static void capture(Page page, String name, String path, int width) {
    visit(page, home + path);
    assertFits(page, name, width);
  }

  private static void assertFits(Page page, String name, int width) {
    assertThat(page.evaluate("document.documentElement.scrollWidth")).as(name).isEqualTo(width);
    screenshot(page, name + "-" + width);
  }

  private static BrowserContext context(Browser.NewContextOptions options) {
    return browser.context(home, options);
  }
}
