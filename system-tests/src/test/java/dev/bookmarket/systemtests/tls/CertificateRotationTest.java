package dev.bookmarket.systemtests.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.certificates.DemoCertificate;
import dev.bookmarket.runtime.tls.TestCertificates;
import dev.bookmarket.systemtests.Buyer;
import dev.bookmarket.systemtests.HomePage;
import dev.bookmarket.systemtests.Load;
import dev.bookmarket.systemtests.Needs;
import dev.bookmarket.systemtests.Report;
import dev.bookmarket.systemtests.Tool;
import dev.bookmarket.systemtests.Visitor;
import dev.bookmarket.systemtests.tls.ShopProcesses.Member;
import io.grpc.ChannelCredentials;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Replaces the certificates of all processes again and again, while visitors open pages and place
 * orders. {@code bench/long-forms} does it 100 times in ten minutes.
 */
@Tag("rotation")
@Timeout(value = 1, unit = TimeUnit.HOURS)
@Needs(Tool.LOOPBACK_NETWORK)
@ResourceLock(Load.LOCK)
class CertificateRotationTest {
  private static final int ROTATIONS = Integer.getInteger("rotations", 20);

  /** The time from one rotation to the next, if the processes are not slower. */
  private static final Duration INTERVAL =
      Duration.ofMillis(Integer.getInteger("rotation-millis", 0));

  /** A way to replace the files of a folder: cp, most programs, and the kubelet. */
  private enum Way {
    COPIED_IN_PLACE,
    RENAMED,
    SWAPPED_LINK;

    void replace(Member member, DemoCertificate certificate, String bundle) {
      switch (this) {
        case COPIED_IN_PLACE -> TestCertificates.copy(member.folder(), certificate, bundle);
        case RENAMED -> {
          var unused =
              TestCertificates.write(member.folder(), member.service(), certificate, bundle);
        }
        case SWAPPED_LINK -> TestCertificates.swap(member.folder(), certificate, bundle);
      }
    }
  }

  /** Certificates that every process must reject, and the reason in its log. */
  private enum Fault {
    MISMATCHED_KEY("tls.key is not the key of the certificate in tls.crt"),
    EXPIRED("tls.crt: its certificate has expired"),
    FROM_ANOTHER_CA("tls.crt: its certificate is not signed by a CA in ca.crt"),
    OF_ANOTHER_SERVICE("tls.crt: its identity is spiffe://bookmarket/client, not "),
    TRUNCATED("tls.crt contains no valid certificate in PEM format");

    private final String reason;

    Fault(String reason) {
      this.reason = reason;
    }

    DemoCertificate of(String service, TestCertificates issuer) {
      return switch (this) {
        case MISMATCHED_KEY ->
            new DemoCertificate(issuer.of(service).certificate(), issuer.of(service).key());
        case EXPIRED -> issuer.expired(service);
        case FROM_ANOTHER_CA -> new TestCertificates().of(service);
        case OF_ANOTHER_SERVICE -> issuer.of("client");
        case TRUNCATED -> {
          var whole = issuer.of(service);
          var half = whole.certificate().length() / 2;
          yield new DemoCertificate(whole.certificate().substring(0, half), whole.key());
        }
      };
    }
  }

  /** The certificate that each server uses now. */
  private final Map<Member, X509Certificate> current = new HashMap<>();

  private final Set<X509Certificate> allValid = new HashSet<>();
  private TestCertificates issuer = new TestCertificates();
  private TestCertificates successor = issuer;
  private String bundle = issuer.authority.pem();
  private Instant expiry =
      Instant.now().plus(TestCertificates.VALIDITY).truncatedTo(ChronoUnit.SECONDS);

  @Test
  void no_page_and_no_order_fails_while_certificates_are_replaced(@TempDir Path folder)
      throws Exception {
    try (var shop = new ShopProcesses(folder, this::issue, bundle)) {
      var visitor = new Buyer(shop.port());
      visitor.submitName("Ada");
      var prober = new Prober(shop.servers(), client());
      var orders = OrderLoad.on(shop.port());
      var pages =
          Load.on(shop.port(), "/", visitor.cookies(), CertificateRotationTest::assertWhole);
      try (prober;
          orders;
          pages) {
        pages.awaitVisits(100);
        orders.awaitOrders(10);
        var begin = System.nanoTime();
        rotate(shop, prober);
        Report.printf(
            "%d rotations in %d s%n",
            ROTATIONS, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
        pages.awaitVisits(150); // longer than the maximum age of a connection
        orders.awaitOrders(10);
      }
      Report.printf(
          "%d pages, %d failed or degraded, all of them late or rejected: %s; %d orders placed, %d late,"
              + " %d failed; %d probes failed%n",
          pages.visits(),
          pages.failures().size(),
          pages.allFailuresAreExcusable(),
          orders.placed(),
          orders.late(),
          orders.failures().size(),
          prober.failures().size());
      if (!pages.allFailuresAreExcusable()) {
        pages.assertNoFailures();
      }
      pages.assertFewRejections();
      assertThat(orders.failures()).isEmpty();
      assertThat(prober.failures()).isEmpty();
      assertThat(allValid).containsAll(prober.served());
      assertThat(shop.all())
          .flatMap(member -> member.process().log())
          .noneMatch(line -> line.contains("Connection failed") || line.contains("Backend lost"));
    }
  }

  private void rotate(ShopProcesses shop, Prober prober) throws SSLPeerUnverifiedException {
    var faults = List.of(Fault.values()).iterator();
    int renewals = 0;
    for (int rotation = 0; rotation < ROTATIONS; rotation++) {
      var start = System.nanoTime();
      var way = Way.values()[rotation * Way.values().length / ROTATIONS];
      if ((rotation + 1) % (ROTATIONS / Fault.values().length) == 0) {
        tryToReplace(shop, way, faults.next());
      } else {
        renew(shop, way, renewals++);
        prober.use(client());
      }
      for (var server : shop.servers()) {
        assertThat(prober.certificateOf(server)).isEqualTo(current.get(server));
      }
      LockSupport.parkNanos(start + INTERVAL.toNanos() - System.nanoTime());
    }
  }

  /** Replaces all certificates by valid ones, and waits until all processes have loaded them. */
  private void renew(ShopProcesses shop, Way way, int renewal) {
    var renewals = ROTATIONS - Fault.values().length;
    for (int first : List.of(renewals / 5, renewals * 3 / 5)) {
      // Replace the CA in three steps: trust both, use the new one, trust only the new one.
      switch (renewal - first) {
        case 0 -> {
          successor = new TestCertificates();
          bundle = successor.authority.pem() + issuer.authority.pem();
        }
        case 1 -> issuer = successor;
        case 2 -> bundle = issuer.authority.pem();
        default -> {}
      }
    }
    expiry = expiry.plusSeconds(1);
    for (var member : shop.all()) {
      var next = issue(member.service());
      current.put(member, parse(next));
      way.replace(member, next, bundle);
    }
    shop.all()
        .forEach(
            member ->
                member
                    .process()
                    .awaitLog(
                        "identity=%s not_after=%s Certificates loaded$"
                            .formatted(member.service(), expiry)));
  }

  /** Replaces all certificates by invalid ones, and waits until all processes reject them. */
  private void tryToReplace(ShopProcesses shop, Way way, Fault fault) {
    for (var member : shop.all()) {
      way.replace(member, fault.of(member.service(), issuer), bundle);
    }
    shop.all()
        .forEach(
            member ->
                member
                    .process()
                    .awaitLog(
                        "reason="
                            + Pattern.quote(fault.reason)
                            + ".* Changed certificates rejected"));
  }

  private DemoCertificate issue(String service) {
    var start = Instant.now().minusSeconds(60);
    var certificate =
        issuer.authority.issue(
            "spiffe://bookmarket/" + service,
            ShopProcesses.NAMES,
            start,
            Duration.between(start, expiry));
    allValid.add(parse(certificate));
    return certificate;
  }

  private ChannelCredentials client() {
    return Credentials.client(issuer.of("client"), bundle);
  }

  private static void assertWhole(Visitor.Response home) {
    HomePage.assertComplete(home);
    assertThat(home.page().select(".greeting").text()).endsWith("Ada!");
  }

  private static X509Certificate parse(DemoCertificate certificate) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(
                      certificate.certificate().getBytes(StandardCharsets.US_ASCII)));
    } catch (CertificateException e) {
      throw new AssertionError(e);
    }
  }
}
