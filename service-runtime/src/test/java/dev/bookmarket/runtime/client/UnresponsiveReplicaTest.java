package dev.bookmarket.runtime.client;

import java.time.Duration;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ejection of replicas that respond late or not at all, and their return, over real sockets. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "127.0.0.2 is a loopback address on Linux only")
class UnresponsiveReplicaTest extends OutlierDetectionFixture {
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void ejects_a_hung_replica(int count) {
    assertEjectedUntilItHasRecovered(count, ScriptedService::hang, ScriptedService.HURRIED_READS);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void ejects_a_slow_replica(int count) {
    assertEjectedUntilItHasRecovered(
        count, replica -> replica.delay(Duration.ofSeconds(3)), ScriptedService.HURRIED_READS);
  }
}
