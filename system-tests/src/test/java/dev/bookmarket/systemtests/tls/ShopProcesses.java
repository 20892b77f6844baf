package dev.bookmarket.systemtests.tls;

import dev.bookmarket.certificates.DemoCertificate;
import dev.bookmarket.runtime.tls.TestCertificates;
import dev.bookmarket.systemtests.HostsFile;
import dev.bookmarket.systemtests.Ports;
import dev.bookmarket.systemtests.ProcessUnderTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;

/**
 * The processes of a shop with TLS, with two replicas of recommendations. Each process has its own
 * folder of certificates.
 */
final class ShopProcesses implements AutoCloseable {
  /** The names for which the certificates must be valid. */
  static final List<String> NAMES = List.of("localhost", "127.0.0.1", HostsFile.NAME);

  private final List<Member> members = new ArrayList<>();

  /**
   * A process.
   *
   * @param folder that of its certificates
   * @param address that of its server
   */
  record Member(String service, Path folder, String address, ProcessUnderTest process) {}

  /** Starts all processes, and returns when they serve. Their connections last two seconds. */
  ShopProcesses(Path folder, Function<String, DemoCertificate> certificates, String bundle) {
    var variables = new HashMap<String, String>();
    variables.put("RECOMMENDATIONS_HOST", HostsFile.NAME);
    variables.put("ORDERS_HOST", "127.0.0.1");
    variables.put("GREETER_HOST", "127.0.0.1");
    variables.put("ORDERS_DB", folder.resolve("orders.db").toString());
    variables.put("MAX_CONNECTION_AGE_MS", "2000");
    variables.put("MARKETPLACE_PORT", "0");
    for (var service : List.of("RECOMMENDATIONS", "ORDERS", "GREETER")) {
      variables.put(service + "_PORT", String.valueOf(Ports.free()));
    }
    var hosts = HostsFile.in(folder, "127.0.0.2", "127.0.0.3").jvmOption();
    for (var name :
        List.of(
            "recommendations 127.0.0.2",
            "recommendations 127.0.0.3",
            "orders 127.0.0.1",
            "greeter 127.0.0.1",
            "marketplace 127.0.0.1")) {
      var service = name.split(" ")[0];
      var address = name.split(" ")[1];
      var tls = folder.resolve(name);
      var config = TestCertificates.write(tls, service, certificates.apply(service), bundle);
      variables.put("TLS_DIR", config.folder().orElseThrow().toString());
      variables.put("BIND_ADDRESS", address);
      members.add(
          new Member(service, tls, address, ProcessUnderTest.launch(service, variables, hosts)));
    }
    try {
      members.forEach(member -> member.process.port());
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  /** Returns all processes. */
  List<Member> all() {
    return members;
  }

  /** Returns the processes with a gRPC server. */
  List<Member> servers() {
    return members.stream().filter(member -> !member.service.equals("marketplace")).toList();
  }

  /** Returns the port of the pages. */
  int port() {
    return members.get(members.size() - 1).process.port();
  }

  @Override
  public void close() {
    members.forEach(member -> member.process.close());
  }
}
