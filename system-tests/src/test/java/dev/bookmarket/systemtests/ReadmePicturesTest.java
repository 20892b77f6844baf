package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
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

  @Test
  void takes_small_pictures_that_the_readme_shows(@TempDir Path data) throws IOException {
    var folder =
        ProcessUnderTest.ROOT.resolve(
            System.getProperty("pictures", "system-tests/target/screenshots/readme"));
    var readme = Files.readString(ProcessUnderTest.ROOT.resolve("README.md"));
    try (var shops = ShopVariants.start(data);
        var browser = HeadlessBrowser.open()) {
      for (var picture : PICTURES.entrySet()) {
        var file = folder.resolve(picture.getKey());
        take(browser, picture.getValue(), shops.home(picture.getValue().backends()), file);

        assertThat(Files.size(file)).as("%s", file).isLessThan(MAX_SIZE);
        assertThat(readme).containsPattern("!\\[.{20,}]\\(docs/images/" + picture.getKey() + "\\)");
      }
    }
  }

  private static void take(HeadlessBrowser browser, PageState state, String home, Path file) {
    var options =
        new Browser.NewContextOptions()
            .setLocale("en")
            .setColorScheme(ColorScheme.LIGHT)
            .setViewportSize(1280, 830);
    try (var context = browser.context(home, options)) {
      var page = context.newPage();
      state.open(page, home);
      page.screenshot(new Page.ScreenshotOptions().setPath(file));
    }
  }
}
