package dev.bookmarket.marketplace.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.Contracts;
import dev.bookmarket.marketplace.MarketplaceMain;
import dev.bookmarket.marketplace.TestShop;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import org.junit.jupiter.api.Test;

/** Tests which RPCs of the contracts are public. */
class PublicRpcsTest {
  private static final int METHOD_NOT_FOUND = -32601;
  private static final int FAILED = -32000;

  @Test
  void every_rpc_of_every_contract_is_public_or_listed_with_a_reason() {
    try (var shop = MarketplaceMain.open(TestShop.config(1, 1, 1))) {
      var client = new JsonRpcClient(shop.port());

      for (var rpc : Contracts.rpcs()) {
        var name = rpc.getFullMethodName().replace('/', '.');
        assertThat(client.codeOf(JsonRpcClient.callOf(name, "{}")))
            .as("%s: public, or in GatewayClient.NOT_PUBLIC", name)
            .isEqualTo(isListed(rpc) ? METHOD_NOT_FOUND : FAILED);
      }
    }
  }

  @Test
  void every_hidden_package_has_a_reason() {
    assertThat(GatewayClient.NOT_PUBLIC.values()).allMatch(reason -> !reason.isBlank());
    assertThat(GatewayClient.NOT_PUBLIC).containsOnlyKeys("grpc", "bookmarket.orders.v1");
  }

  @Test
  void every_rpc_is_unary() {
    assertThat(Contracts.rpcs())
        .allSatisfy(rpc -> assertThat(rpc.getType()).isEqualTo(MethodType.UNARY));
  }

  private static boolean isListed(MethodDescriptor<?, ?> rpc) {
    return GatewayClient.NOT_PUBLIC.keySet().stream()
        .anyMatch(hidden -> rpc.getFullMethodName().startsWith(hidden + "."));
  }
}
