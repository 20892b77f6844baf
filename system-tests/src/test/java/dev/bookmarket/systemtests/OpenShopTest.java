package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole shop, healthy, started by its one jar. */
class OpenShopTest {
  private static ProcessUnderTest shop;
  private static Visitor visitor;

  @BeforeAll
  static void openShop() {
    shop =
        ProcessUnderTest.launch(
            "all-in-one", Map.of("MARKETPLACE_PORT", "0", "RECOMMENDATIONS_PORT", freePort()));
    var url = shop.awaitLog("Bookmarket is open at http://localhost:(\\d+)$");
    visitor = Visitor.of(Integer.parseInt(url.group(1)));
  }

  @AfterAll
  static void closeShop() {
    shop.close();
  }

  @Test
  void shows_three_suggestions_as_the_only_bare_list_items() {
    var home = visitor.get("/");

    assertThat(home.status()).isEqualTo(200);
    assertThat(home.page().title()).isEqualTo("Online Books For You");
    assertThat(home.page().select("h1").eachText()).containsExactly("Mystery books you may like");
    assertThat(home.text().split("<li>", -1)).hasSize(4);
  }

  private static String freePort() {
    try (var socket = new java.net.ServerSocket(0)) {
      return String.valueOf(socket.getLocalPort());
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}
