package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.WaitUntilState;
import dev.bookmarket.runtime.ChildProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** Runs the browser of this machine without a window and records the problems of its pages. */
final class HeadlessBrowser implements AutoCloseable {
  /** The folder for the screenshots of the tests. */
  static final Path SCREENSHOTS = Path.of("target", "screenshots");

  /** Longer than the start, or any other step of a browser, takes on a busy machine. */
  private static final double TIMEOUT_MILLIS = 180_000;

  /** Matches what a page shows if a backend missed its deadline. */
  private static final String BUSY =
      "main.error .status:has-text('503'), [data-missing], [data-notice=catalogue_unavailable],"
          + " [data-notice=outcome_unknown], [data-notice=not_placed]";

  /** A container that starts or stops changes the network; Chromium then aborts new connections. */
  private static final String NETWORK_CHANGED = "net::ERR_NETWORK_CHANGED";

  /** Pages of which a part was not loaded for that reason. */
  private static final Set<Page> INCOMPLETE = ConcurrentHashMap.newKeySet();

  private static final String SUBMIT_FORM =
      """
      ([path, fields]) => {
        const form = document.createElement('form');
        form.method = 'post';
        form.action = path;
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

  private final Queue<String> problems = new ConcurrentLinkedQueue<>();
  private final Playwright playwright;
  private final Browser browser;

  private HeadlessBrowser(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /** Starts the browser. */
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
                    .setTimeout(TIMEOUT_MILLIS)
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

  /** Returns a new visitor without cookies. Requests to hosts other than the shop are problems. */
  BrowserContext context(String shop, Browser.NewContextOptions options) {
    var context = browser.newContext(options);
    context.setDefaultTimeout(TIMEOUT_MILLIS);
    context.onRequest(
        request -> {
          if (!request.url().startsWith(shop) && !request.url().startsWith("data:")) {
            problems.add("request to " + request.url());
          }
        });
    context.onConsoleMessage(
        message -> {
          // The browser also reports the status of an error page as an error.
          if (message.text().contains(NETWORK_CHANGED)) {
            INCOMPLETE.add(message.page());
          } else if (message.type().equals("error")
              && !message.text().contains("the server responded with")) {
            problems.add("console: " + message.text());
          }
        });
    context.onWebError(error -> problems.add("script: " + error.error()));
    return context;
  }

  /** Returns the requests to other hosts and the browser errors since the last call. */
  List<String> problems() {
    var all = new ArrayList<String>();
    for (var next = problems.poll(); next != null; next = problems.poll()) {
      all.add(next);
    }
    return all;
  }

  /** Opens a page, reloads it while a backend is late, and returns the last response. */
  static Response visit(Page page, String address) {
    return visit(page, address, WaitUntilState.LOAD);
  }

  /** Like the other method, but waits only for that state of the page. */
  static Response visit(Page page, String address, WaitUntilState state) {
    return reloadWhileBusy(page, open(page, address, state), state);
  }

  /** Opens a page, which may be an error page. */
  static Response open(Page page, String address) {
    return open(page, address, WaitUntilState.LOAD);
  }

  private static Response open(Page page, String address, WaitUntilState state) {
    var options = new Page.NavigateOptions().setWaitUntil(state);
    return load(page, () -> page.navigate(address, options), state);
  }

  /** Runs an action that leads to another page, and reloads that page while a backend is late. */
  static void follow(Page page, Runnable action) {
    reloadWhileBusy(page, submit(page, action), WaitUntilState.LOAD);
  }

  /** Runs an action that leads to another page, which may be an error page. */
  static Response submit(Page page, Runnable action) {
    return load(page, () -> page.waitForNavigation(action), WaitUntilState.LOAD);
  }

  /** Loads the same page again, which may be an error page. */
  static Response reload(Page page) {
    return reload(page, WaitUntilState.LOAD);
  }

  private static Response reload(Page page, WaitUntilState state) {
    return load(page, () -> page.reload(new Page.ReloadOptions().setWaitUntil(state)), state);
  }

  /**
   * On a busy machine a working backend can miss a deadline. Reloading is safe: a request that
   * fails this way has changed nothing, except that an order may have been placed. Its form
   * contains a key, with which it is placed at most once.
   */
  private static Response reloadWhileBusy(Page page, Response response, WaitUntilState state) {
    var last = response;
    for (int i = 0; i < 20 && page.locator(BUSY).count() > 0; i++) {
      last = reload(page, state);
    }
    return last;
  }

  /** Loads a page, again if a change of the network aborted the page or a part of it. */
  private static Response load(Page page, Supplier<Response> navigation, WaitUntilState state) {
    try {
      var response = navigation.get();
      return INCOMPLETE.remove(page) ? reload(page, state) : response;
    } catch (PlaywrightException e) {
      if (!e.toString().contains(NETWORK_CHANGED)) {
        throw e;
      }
      INCOMPLETE.remove(page);
      return reload(page, state);
    }
  }

  /** Presses Tab until the element has the focus, and asserts that the focus is visible. */
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
    throw new AssertionError("The keyboard does not reach " + selector + " of " + page.url());
  }

  /** Adds a form with these fields to the page and submits it; does not wait. */
  static void submitForm(Page page, String path, Object fields) {
    page.evaluate(SUBMIT_FORM, List.of(path, fields));
  }

  /** Returns the brightness of the page's background, from 0 to 255. */
  static double brightness(Page page) {
    var sum =
        page.evaluate(
            "getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3)"
                + ".reduce((sum, part) => sum + Number(part), 0)");
    return ((Number) sum).doubleValue() / 3;
  }

  /** Takes a screenshot. Tries up to five times, because Chromium fails on a busy machine. */
  static void screenshot(Page page, Page.ScreenshotOptions options) {
    for (int attempt = 1; ; attempt++) {
      try {
        page.screenshot(options);
        return;
      } catch (PlaywrightException e) {
        if (attempt == 5 || !e.toString().contains("Unable to capture screenshot")) {
          throw e;
        }
      }
    }
  }

  /** Saves a screenshot of the whole page in {@code target/screenshots}. */
  static void screenshot(Page page, String name) {
    screenshot(
        page,
        new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name + ".png")));
  }

  @Override
  public void close() {
    playwright.close();
  }
}
