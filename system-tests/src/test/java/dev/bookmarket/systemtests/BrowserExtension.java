package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts one browser for all tests of a class. Fails a test if a page sends a request to another
 * host or causes an error in the browser. The class needs {@code @Needs(Tool.BROWSER)}, so that it
 * is skipped on a machine without a browser.
 */
final class BrowserExtension implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private @Nullable HeadlessBrowser browser;

  @Override
  public void beforeAll(ExtensionContext context) {
    browser = HeadlessBrowser.open();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    assertThat(browser().problems()).isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    browser().close();
  }

  /** Returns a new visitor of a shop; see {@link HeadlessBrowser#context}. */
  BrowserContext context(String shop, Browser.NewContextOptions options) {
    return browser().context(shop, options);
  }

  private HeadlessBrowser browser() {
    return Objects.requireNonNull(browser, "the browser did not start");
  }
}
