package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.RawHttp;
import dev.bookmarket.marketplace.language.LocalizedException;
import dev.bookmarket.marketplace.server.SomeRoutes;
import io.javalin.http.Context;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExceptionHandlersTest {
  @ParameterizedTest
  @ValueSource(strings = {"/now", "/later"})
  void responds_with_text_if_the_error_page_cannot_be_rendered(String path) {
    try (var web =
        SomeRoutes.serve(
            (routes, templates) -> {
              routes.get("/now", ExceptionHandlersTest::failWithoutMessage);
              routes.get(
                  "/later",
                  ctx ->
                      ctx.future(() -> CompletableFuture.runAsync(() -> failWithoutMessage(ctx))));
            })) {
      var response = RawHttp.get(web.port(), path);

      assertThat(response.status()).isEqualTo(400);
      assertThat(response.body()).isEqualTo("Error 400\n");
      assertThat(response.header("Content-Type")).isEqualTo("text/plain;charset=utf-8");
    }
  }

  private static void failWithoutMessage(Context ctx) {
    throw LocalizedException.invalid("a key that has no message");
  }
}
