package dev.bookmarket.systemtests.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.systemtests.Needs;
import dev.bookmarket.systemtests.Tool;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests as they are. */
@Needs(Tool.KUBECTL)
@Tag("kubernetes")
class ManifestsTest {
  private static Shop shop;

  @BeforeAll
  static void render() {
    shop = new Shop(Manifests.rendered(), new Variables());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("promises")
  void keeps_its_promise(Promise promise) {
    assertThat(promise.breaches().apply(shop)).as(promise.name()).isEmpty();
  }

  @Test
  void uses_nothing_that_kubernetes_1_26_does_not_know() {
    assertThat(shop.manifests().objects().stream().flatMap(each -> Api.complaint(each).stream()))
        .isEmpty();
  }

  @Test
  void describes_the_services_of_the_shop() {
    assertThat(shop.workloads().map(Workload::name)).contains("marketplace", "recommendations");
  }

  @Test
  void draws_the_arrows_of_the_picture() {
    assertThat(new Arrows(shop).allowed())
        .contains("anyone → marketplace:5000/TCP", "marketplace → recommendations:50051/TCP");
  }

  static List<Promise> promises() {
    return Promise.all();
  }
}
