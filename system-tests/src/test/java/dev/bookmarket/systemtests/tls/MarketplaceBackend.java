package dev.bookmarket.systemtests.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.marketplace.MarketplaceMain;
import dev.bookmarket.runtime.client.Backend;
import dev.bookmarket.runtime.client.ServiceConfig;
import dev.bookmarket.runtime.tls.Tls;
import dev.bookmarket.systemtests.Polling;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A connection as the marketplace makes it, to a server of this machine. */
record MarketplaceBackend(String address, Backend backend) implements AutoCloseable {
  private static final ServiceConfig CONFIG =
      ServiceConfig.fromResource(MarketplaceMain.class, "service-config.json");

  /** Five times the time after the start at which an outage is logged. */
  private static final Duration LOG_TIMEOUT = Duration.ofSeconds(50);

  /** Starts to connect; an outage is logged after ten seconds. */
  static MarketplaceBackend connect(int port, Tls tls) {
    return new MarketplaceBackend(
        "127.0.0.1:" + port, Backend.connect("127.0.0.1", port, CONFIG, tls));
  }

  /** Returns the result of a call. */
  Status.Code call() {
    try {
      var unused =
          HealthGrpc.newBlockingStub(backend.channel())
              .withDeadlineAfter(30, TimeUnit.SECONDS)
              .check(HealthCheckRequest.getDefaultInstance());
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  /** Waits until the log states that the backend is lost, for this reason (a pattern). */
  void assertLost(LoggedEvents log, String reason) {
    Polling.within(
        LOG_TIMEOUT,
        () ->
            assertThat(log.of("Backend lost"))
                .filteredOn(event -> event.contains("backend=" + address + " "))
                .singleElement()
                .asString()
                .matches("WARN backend=" + address + " reason=" + reason + " Backend lost"));
  }

  @Override
  public void close() {
    backend.close();
  }
}
