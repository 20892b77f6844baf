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

/** Checkout while the orders service hangs, is killed, and recovers. */
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
  void openCheckout(@TempDir Path folder) {
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
    click(".buy button");
    click("a[href='/checkout']");
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
  void retrying_an_order_after_a_timeout_creates_one_order() {
    orders.suspend();
    click(".deliver button");
    assertThat(page.locator("[data-notice=outcome_unknown]").count()).isEqualTo(1);
    assertThat(page.locator(".to-basket").textContent()).contains("1 item");

    orders.resume();
    placeOrderUntilItSucceeds();

    assertOneOrder();
  }

  @Test
  void retrying_an_order_after_a_timeout_and_a_restart_creates_one_order() {
    orders.suspend();
    click(".deliver button");
    orders.kill();
    click(".deliver button");
    assertThat(page.locator("[data-notice=outcome_unknown]").count()).isEqualTo(1);

    startOrders();
    placeOrderUntilItSucceeds();

    assertOneOrder();
  }

  @Test
  void the_basket_cannot_be_changed_while_the_outcome_of_its_order_is_unknown() {
    orders.suspend();
    click(".deliver button");
    open(home + "basket");

    click("button[value=remove]");

    assertThat(page.locator(".status").textContent()).isEqualTo("Error 503");
    assertThat(page.locator("main").textContent()).contains("your basket is unchanged");
    open(home + "basket");
    assertThat(page.locator(".line").count()).isEqualTo(1);
  }

  private void startOrders() {
    orders = ProcessUnderTest.launch("orders", ordersVariables);
    orders.port();
  }

  /** Retries until the marketplace has reconnected to the service. */
  private void placeOrderUntilItSucceeds() {
    Polling.within(
        RECOVERY,
        () -> {
          if (page.locator(".deliver button").count() > 0) {
            click(".deliver button");
          } else {
            HeadlessBrowser.reload(page); // The order is placed, but its page could not be loaded.
          }
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
    HeadlessBrowser.visit(page, address);
  }

  private void click(String selector) {
    HeadlessBrowser.submit(page, () -> page.locator(selector).first().click());
    reloadWhileBusy();
  }

  /** Reloads error pages: on a busy machine, a working catalogue can exceed its deadline. */
  private void reloadWhileBusy() {
    for (int i = 0;
        i < 20
            && page.locator(":is(h1, h2):has-text('We could not load the catalogue')").count() > 0;
        i++) {
      HeadlessBrowser.reload(page);
    }
  }
}
