package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Response;
import dev.bookmarket.runtime.ChildProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The browser of this machine, without a window, which remembers what it did not like. */
final class HeadlessBrowser implements AutoCloseable {
  private static final String BUSY =
      "main.error .status:has-text('503'), [data-notice=shelves_late], [data-missing]";

  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
  private final Playwright playwright;
  private final Browser browser;

  private HeadlessBrowser(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /** Starts it. */
  static HeadlessBrowser open() {
    var playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    return new HeadlessBrowser(
        playwright,
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setEnv(ChildProcess.environment())
                    .setExecutablePath(Tool.browser().orElseThrow())
                    .setArgs(
                        List.of(
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync"))));
  }

  /** A visitor with cookies of their own, who may go nowhere but to that shop. */
  BrowserContext context(String shop, Browser.NewContextOptions options) {
    var context = browser.newContext(options);
    context.onRequest(
        request -> {
          if (!request.url().startsWith(shop) && !request.url().startsWith("data:")) {
            complaints.add("request to " + request.url());
          }
        });
    context.onConsoleMessage(
        message -> {
          // The browser reports the status of our error pages as an error of its own.
          if (message.type().equals("error")
              && !message.text().contains("the server responded with")) {
            complaints.add("console: " + message.text());
          }
        });
    context.onWebError(error -> complaints.add("script: " + error.error()));
    return context;
  }

  /** Requests to other hosts and complaints of the browser since the last call. */
  List<String> complaints() {
    var all = new ArrayList<String>();
    for (var next = complaints.poll(); next != null; next = complaints.poll()) {
      all.add(next);
    }
    return all;
  }

  /** Opens a page as a patient visitor does, and gives the last answer. */
  static Response visit(Page page, String address) {
    return reloadWhileBusy(page, page.navigate(address));
  }

  /** Does what leads to another page, and waits for that page as a patient visitor does. */
  static void follow(Page page, Runnable action) {
    reloadWhileBusy(page, page.waitForNavigation(action));
  }

  /**
   * On a busy machine a healthy backend too misses a deadline, and a visitor comes again; nothing
   * was changed by a request that a page answers so.
   */
  private static Response reloadWhileBusy(Page page, Response answer) {
    var last = answer;
    for (int i = 0; i < 20 && page.locator(BUSY).count() > 0; i++) {
      last = page.reload();
    }
    return last;
  }

  /** Presses Tab until what has the focus matches, as it must visibly do. */
  static void tabTo(Page page, String selector) {
    for (int i = 0; i < 200; i++) {
      page.keyboard().press("Tab");
      if (page.locator(":focus").count() > 0
          && (boolean)
              page.evaluate("selector => document.activeElement.matches(selector)", selector)) {
        var outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
        assertThat(outline).as("focus on %s is visible", selector).isNotEqualTo("none");
        return;
      }
    }
    throw new AssertionError("the keyboard does not reach " + selector + " of " + page.url());
  }

  @Override
  public void close() {
    playwright.close();
  }
}
