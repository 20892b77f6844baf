package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Takes the pictures of the README. Saves them in target/screenshots, or in the folder of the
 * project that the system property {@code pictures} names.
 */
@Needs(Tool.BROWSER)
@Tag("pictures")
class ReadmePicturesTest {
  private static final Map<String, PageState> PICTURES =
      Map.of(
          "home.png", PageState.HOME,
          "book.png", PageState.BOOK,
          "home-degraded.png", PageState.HOME_DEGRADED);

  /** The maximum size of a picture in bytes. */
  private static final long MAX_SIZE = 200_000;

  /** The space around a part of a page. */
  private static final int MARGIN = 16;

  private static final Path FOLDER =
      ProcessUnderTest.ROOT.resolve(
          System.getProperty("pictures", "system-tests/target/screenshots/readme"));

  @Test
  void takes_small_pictures_that_the_readme_shows(@TempDir Path data) throws IOException {
    try (var shops = ShopVariants.start(data);
        var browser = HeadlessBrowser.open()) {
      for (var picture : PICTURES.entrySet()) {
        var home = shops.home(picture.getValue().backends());
        try (var context = context(browser, home, 1280)) {
          var page = context.newPage();
          picture.getValue().open(page, home);
          HeadlessBrowser.screenshot(page, screenshot(picture.getKey()));
        }
        assertIsShown(picture.getKey(), "README.md", "docs/images/");
      }
    }
  }

  @Test
  @Needs({Tool.BROWSER, Tool.LOOPBACK_NETWORK})
  void takes_a_picture_of_the_steps_of_an_order(@TempDir Path data) throws IOException {
    try (var shop = TracedShop.start(data);
        var browser = HeadlessBrowser.open();
        var context = context(browser, shop.home(), 800)) {
      PageState.trace(context, shop.home());
      var page = context.newPage();
      // The first order takes much longer than the others.
      PageState.ORDER_CONFIRMATION.open(page, shop.home());
      PageState.ORDER_CONFIRMATION.openWithTraceOfForm(page, shop.home());
      var steps = page.locator(".waterfall").first().boundingBox();
      HeadlessBrowser.screenshot(
          page,
          screenshot("order-trace.png")
              .setFullPage(true)
              .setClip(
                  steps.x - MARGIN,
                  steps.y - MARGIN,
                  steps.width + 2 * MARGIN,
                  steps.height + 2 * MARGIN));
      assertThat(page.locator(".waterfall").first().locator(".statement").count())
          .isGreaterThanOrEqualTo(2);
    }
    assertIsShown("order-trace.png", "README.md", "docs/images/");
    assertIsShown("order-trace.png", "docs/page-trace.md", "images/");
  }

  private static BrowserContext context(HeadlessBrowser browser, String home, int width) {
    return browser.context(
        home,
        new Browser.NewContextOptions()
            .setLocale("en")
            .setColorScheme(ColorScheme.LIGHT)
            .setViewportSize(width, 830));
  }

  private static Page.ScreenshotOptions screenshot(String picture) {
    return new Page.ScreenshotOptions().setPath(FOLDER.resolve(picture));
  }

  private static void assertIsShown(String picture, String document, String path)
      throws IOException {
    assertThat(Files.size(FOLDER.resolve(picture))).as(picture).isLessThan(MAX_SIZE);
    assertThat(Files.readString(ProcessUnderTest.ROOT.resolve(document)))
        .containsPattern("!\\[.{20,}]\\(" + path + picture + "\\)");
  }
}
