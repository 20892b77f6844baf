package dev.bookmarket.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.bookmarket.greeter.GreeterMain;
import dev.bookmarket.orders.OrdersMain;
import dev.bookmarket.orders.StoredOrders;
import dev.bookmarket.recommendations.RecommendationsMain;
import dev.bookmarket.runtime.CapturedLog;
import dev.bookmarket.runtime.telemetry.TestTelemetry;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Tests that no class of tests lacks the lock. */
class ServersInThisJvmTest {
  /** An enum of the servers, which is in another package and starts each of them. */
  private static final String SHOP_SERVER = "dev.bookmarket.systemtests.tls.ShopServer";

  private static final Set<String> SERVERS =
      Set.of(
          GreeterMain.class.getName(),
          OrdersMain.class.getName(),
          RecommendationsMain.class.getName(),
          SHOP_SERVER);

  private static final Set<String> CAPTURES =
      Set.of(CapturedLog.class.getName(), TestTelemetry.class.getName());

  @Test
  void every_test_with_a_server_or_a_capture_has_the_lock() {
    var tests =
        new ClassFileImporter()
            .importPath(Path.of("target", "test-classes")).stream()
                .filter(test -> !test.getName().equals(SHOP_SERVER))
                .toList();

    assertThat(tests.stream().filter(test -> calls(test, SERVERS)))
        .hasSizeGreaterThan(5)
        .allSatisfy(test -> assertThat(locks(test)).as(test.getName()).isNotEmpty());
    assertThat(
            tests.stream()
                .filter(test -> calls(test, CAPTURES) || test.isAssignableTo(StoredOrders.class)))
        .isNotEmpty()
        .allSatisfy(
            test ->
                assertThat(locks(test))
                    .as(test.getName())
                    .containsExactly(ResourceAccessMode.READ_WRITE));
  }

  private static boolean calls(JavaClass test, Set<String> owners) {
    return test.getMethodCallsFromSelf().stream()
        .anyMatch(
            call ->
                owners.contains(call.getTargetOwner().getName())
                    && Set.of("start", "begin").contains(call.getName()));
  }

  private static Stream<ResourceAccessMode> locks(JavaClass test) {
    var outermost = test.reflect();
    while (outermost.getEnclosingClass() != null) {
      outermost = outermost.getEnclosingClass();
    }
    return Stream.of(outermost.getAnnotationsByType(ResourceLock.class))
        .filter(lock -> lock.value().equals(ServersInThisJvm.LOCK))
        .map(ResourceLock::mode);
  }
}
