package dev.bookmarket.marketplace;

import com.google.common.net.InetAddresses;
import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.ListenAddress;
import dev.bookmarket.runtime.tls.TlsConfig;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.InetAddressPattern;

/**
 * The configuration of the marketplace.
 *
 * @param listen where it serves its pages
 * @param drain how long it continues to respond after it reports that it stops
 * @param trustedProxies the proxies whose X-Forwarded-For and X-Forwarded-Proto count
 * @param traceparentsPerSecond how many requests per second may continue a trace from outside
 * @param traceUrl the address of a trace in a tracing backend, with {trace_id}; may be empty
 * @param tls whether and with which certificates it connects to the services
 * @param recommendations the address of the recommendations service
 * @param orders the address of the orders service
 * @param greeter the address of the greeter
 */
public record MarketplaceConfig(
    ListenAddress listen,
    Duration drain,
    List<InetAddressPattern> trustedProxies,
    int traceparentsPerSecond,
    String traceUrl,
    TlsConfig tls,
    BackendAddress recommendations,
    BackendAddress orders,
    BackendAddress greeter) {
  private static final Pattern TRACE_URL = Pattern.compile("https?://[!-~]*\\{trace_id}[!-~]*");

  /**
   * Reads MARKETPLACE_PORT, BIND_ADDRESS, DRAIN_MS, TRUSTED_PROXIES, TRACEPARENTS_PER_SECOND,
   * TRACE_URL, TLS_DIR, RECOMMENDATIONS_HOST, RECOMMENDATIONS_PORT, ORDERS_HOST, ORDERS_PORT,
   * GREETER_HOST and GREETER_PORT.
   */
  public static MarketplaceConfig from(Environment environment) {
    return from(environment, "localhost");
  }

  /** Like {@link #from(Environment)}, with another default for the hosts. */
  public static MarketplaceConfig from(Environment environment, String host) {
    return new MarketplaceConfig(
        environment.listen(
            "MARKETPLACE_PORT", 5_000, "the port of the pages; 0 selects a free one"),
        environment.drain(),
        environment.list(
            "TRUSTED_PROXIES",
            "the proxies whose X-Forwarded-For and X-Forwarded-Proto count, as CIDRs with commas",
            "CIDRs with commas, such as 10.0.0.0/8,fd00::/8",
            MarketplaceConfig::addressesIn),
        environment.number(
            "TRACEPARENTS_PER_SECOND",
            10,
            0,
            1_000_000,
            "how many requests per second may continue the trace of their traceparent"),
        environment.matching(
            "TRACE_URL",
            TRACE_URL,
            "an http or https address with {trace_id}",
            "the address of a trace in a tracing backend, with {trace_id}"),
        TlsConfig.from(environment, "marketplace"),
        BackendAddress.from(
            environment, "RECOMMENDATIONS", host, 50_051, "the recommendations service"),
        BackendAddress.from(environment, "ORDERS", host, 12_006, "the orders service"),
        BackendAddress.from(environment, "GREETER", host, 50_052, "the greeter"));
  }

  private static InetAddressPattern addressesIn(String cidr) {
    InetAddresses.forString(cidr.split("/", 2)[0]); // the pattern would look up a name
    return InetAddressPattern.from(cidr);
  }
}
