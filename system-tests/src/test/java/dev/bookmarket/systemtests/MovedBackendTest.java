package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HomePage.assertComplete;
import static dev.bookmarket.systemtests.HomePage.assertDegraded;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a backend that starts after the shop, and one that moves to another address. */
class MovedBackendTest {
  @Test
  void the_shop_can_start_before_its_backend() {
    int port = Ports.free();
    try (var marketplace = ProcessUnderTest.marketplace("127.0.0.1", port)) {
      var visitor = Visitor.of(marketplace.port());
      assertDegraded(visitor.get("/"));

      try (var backend = ProcessUnderTest.recommendations("127.0.0.1", port)) {
        Polling.within(TwoServices.RECOVERY, () -> assertComplete(visitor.get("/")));
      }
    }
  }

  @Test
  @Needs(Tool.LOOPBACK_NETWORK)
  void the_shop_follows_its_backend_to_another_address(@TempDir Path folder) {
    int port = Ports.free();
    var hosts = HostsFile.in(folder, "127.0.0.2");
    try (var before = ProcessUnderTest.recommendations("127.0.0.2", port);
        var marketplace = ProcessUnderTest.marketplace(HostsFile.NAME, port, hosts.jvmOption())) {
      var visitor = Visitor.of(marketplace.port());
      Polling.within(TwoServices.RECOVERY, () -> assertComplete(visitor.get("/")));
      before.kill();
      assertDegraded(visitor.get("/"));

      try (var after = ProcessUnderTest.recommendations("127.0.0.3", port)) {
        hosts.set("127.0.0.3");
        Polling.within(TwoServices.RECOVERY, () -> assertComplete(visitor.get("/")));
      }
    }
  }
}
