package dev.bookmarket.systemtests;

import static dev.bookmarket.systemtests.HomePage.assertDegraded;
import static dev.bookmarket.systemtests.HomePage.assertWhole;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backend that is not there yet, and one that comes back under another address. */
class MovedBackendTest {
  @Test
  void the_shop_opens_before_its_backend_and_is_whole_soon_after_it() {
    int port = Ports.free();
    try (var marketplace = ProcessUnderTest.marketplace("127.0.0.1", port)) {
      var visitor = Visitor.of(marketplace.port());
      assertDegraded(visitor.get("/"));

      try (var backend = ProcessUnderTest.recommendations("127.0.0.1", port)) {
        Patience.within(TwoServices.RECOVERY, () -> assertWhole(visitor.get("/")));
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
      Patience.within(TwoServices.RECOVERY, () -> assertWhole(visitor.get("/")));
      before.kill();
      assertDegraded(visitor.get("/"));

      try (var after = ProcessUnderTest.recommendations("127.0.0.3", port)) {
        hosts.set("127.0.0.3");
        Patience.within(TwoServices.RECOVERY, () -> assertWhole(visitor.get("/")));
      }
    }
  }
}
