package dev.bookmarket.marketplace.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.Shopper;
import dev.bookmarket.marketplace.server.SomeRoutes;
import dev.bookmarket.runtime.trace.RequestTrace;
import dev.bookmarket.runtime.trace.TraceStep;
import dev.bookmarket.runtime.trace.TraceStep.Kind;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cookie with the steps of a form, over real HTTP. */
class FormCookieTest {
  private final Random random = new Random(15);

  @ParameterizedTest
  @ValueSource(strings = {"[a-z]", "[0-9a-zA-Z]", "=", "[<>&'=]", "[\"\\\\]"})
  void a_page_reads_the_steps_that_a_form_wrote(String characters) {
    var steps = IntStream.range(0, 100).mapToObj(i -> step(textOf(characters))).toList();
    var written = new RequestTrace("a".repeat(32), steps, false);
    try (var server =
        SomeRoutes.serve(
            (routes, templates) -> {
              routes.get("/form", ctx -> PageTrace.write(ctx, written));
              routes.get(
                  "/page",
                  ctx ->
                      ctx.result(
                          PageTrace.readAndDelete(ctx).map(RequestTrace::toJson).orElse("none")));
            })) {
      var shopper = new Shopper(server.port());
      shopper.get("/form");
      assertThat(shopper.cookie("form-trace")).hasSizeBetween(100, 1_024);

      var read = RequestTrace.parse(shopper.get("/page").body());

      assertThat(read.isTruncated()).isTrue();
      assertThat(read.steps())
          .isNotEmpty()
          .isEqualTo(written.steps().subList(0, read.steps().size()));
      assertThat(shopper.get("/page").body()).isEqualTo("none");
    }
  }

  /** Returns 160 random printable characters, each of which matches the regular expression. */
  private String textOf(String characters) {
    return random
        .ints(' ', '~')
        .filter(character -> Character.toString(character).matches(characters))
        .limit(160)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static TraceStep step(String statement) {
    return new TraceStep(Kind.STATEMENT, "q", 0, 1, 2, false, "", "", 0, statement);
  }
}
