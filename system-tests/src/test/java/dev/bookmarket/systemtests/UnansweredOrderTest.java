package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ordering while the real orders service hangs, is killed, and comes back. */
@Needs({Tool.BROWSER, Tool.SIGNALS})
@Tag("browser")
class UnansweredOrderTest {
  private static final Duration RECOVERY = Duration.ofSeconds(60);

  private final int ordersPort = Ports.free();
  private final int recommendationsPort = Ports.free();
  private Map<String, String> ordersVariables = Map.of();
  private ProcessUnderTest recommendations;
  private ProcessUnderTest orders;
  private ProcessUnderTest marketplace;
  private HeadlessBrowser browser;
  private BrowserContext context;
  private Page page;
  private String home;

  @BeforeEach
  void aVisitorAtTheCheckout(@TempDir Path folder) {
    ordersVariables =
        Map.of(
            "ORDERS_PORT",
            String.valueOf(ordersPort),
            "ORDERS_DB",
            folder.resolve("orders.db").toString());
    recommendations = ProcessUnderTest.recommendations("127.0.0.1", recommendationsPort);
    startOrders();
    marketplace =
        ProcessUnderTest.launch(
            "marketplace",
            Map.of(
                "MARKETPLACE_PORT", "0",
                "RECOMMENDATIONS_HOST", "127.0.0.1",
                "RECOMMENDATIONS_PORT", String.valueOf(recommendationsPort),
                "ORDERS_HOST", "127.0.0.1",
                "ORDERS_PORT", String.valueOf(ordersPort)));
    home = "http://127.0.0.1:" + marketplace.port() + "/";
    browser = HeadlessBrowser.open();
    context = browser.context(home, new Browser.NewContextOptions());
    page = context.newPage();
    open(home + "books/1");
    press(".buy button");
    press("a[href='/checkout']");
    page.locator("#name").fill("Ada");
    page.locator("#phone").fill("123");
    page.locator("#address").fill("1 Main Street");
  }

  @AfterEach
  void closeAll() {
    for (var open : new AutoCloseable[] {browser, marketplace, orders, recommendations}) {
      try {
        if (open != null) {
          open.close();
        }
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void an_order_that_hung_is_one_order_when_it_is_tried_again() {
    orders.suspend();
    press(".deliver button");
    assertThat(page.locator("[data-notice=outcome_unknown]").count()).isEqualTo(1);
    assertThat(page.locator(".to-basket").textContent()).contains("1 item");

    orders.resume();
    pressUntilOrdered();

    assertOneOrder();
  }

  @Test
  void an_order_that_hung_is_one_order_also_when_the_service_is_killed_meanwhile() {
    orders.suspend();
    press(".deliver button");
    orders.kill();
    press(".deliver button");
    assertThat(page.locator("[data-notice=outcome_unknown]").count()).isEqualTo(1);

    startOrders();
    pressUntilOrdered();

    assertOneOrder();
  }

  @Test
  void a_basket_that_hung_cannot_be_changed_until_the_service_is_back() {
    orders.suspend();
    press(".deliver button");
    open(home + "basket");

    press("button[value=remove]");

    assertThat(page.locator(".status").textContent()).isEqualTo("Error 503");
    assertThat(page.locator("main").textContent()).contains("your basket is unchanged");
    open(home + "basket");
    assertThat(page.locator(".line").count()).isEqualTo(1);
  }

  private void startOrders() {
    orders = ProcessUnderTest.launch("orders", ordersVariables);
    orders.port();
  }

  /** Until the channel has found the service again. */
  private void pressUntilOrdered() {
    Polling.within(
        RECOVERY,
        () -> {
          press(".deliver button");
          assertThat(page.locator("h1").textContent()).isEqualTo("Thank you!");
        });
  }

  private void assertOneOrder() {
    open(home + "orders");
    assertThat(page.locator(".order").count()).isEqualTo(1);
    open(home + "basket");
    assertThat(page.locator(".line").count()).isZero();
  }

  private void open(String address) {
    page.navigate(address);
    reloadWhileBusy();
  }

  private void press(String selector) {
    page.waitForNavigation(() -> page.locator(selector).first().click());
    reloadWhileBusy();
  }

  /** On a busy machine a healthy catalogue too misses its deadline; nothing was changed then. */
  private void reloadWhileBusy() {
    for (int i = 0;
        i < 20 && page.locator(":is(h1, h2):has-text('Our shelves are out of')").count() > 0;
        i++) {
      page.reload();
    }
  }
}
