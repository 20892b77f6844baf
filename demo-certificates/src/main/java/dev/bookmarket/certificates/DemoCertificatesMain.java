package dev.bookmarket.certificates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the certificates of the demo: {@code ./mvnw -Pcertificates}. Each run renews all of them
 * with the same CA.
 */
public final class DemoCertificatesMain {
  /** {@code client} is for programs outside of the shop, {@code postgres} for the database. */
  static final List<String> IDENTITIES =
      List.of("marketplace", "recommendations", "orders", "greeter", "client", "postgres");

  /** The second copy is for kustomize, which reads no files outside of its folder. */
  static final List<String> FOLDERS = List.of("certificates", "k8s/overlays/tls/certificates");

  static final Duration VALIDITY = Duration.ofDays(90);
  static final Duration CA_VALIDITY = Duration.ofDays(5 * 365);

  /** Certificates are valid from before their creation, because clocks of hosts differ. */
  private static final Duration CLOCK_DIFFERENCE = Duration.ofHours(1);

  private DemoCertificatesMain() {}

  /** Writes the files into the project, whose folder is the argument, and prints a summary. */
  public static void main(String[] args) throws IOException {
    System.out.print(run(Path.of(args[0]), Instant.now()));
  }

  /**
   * Writes one folder for each identity, and {@code certificates/ca}, into a project. A CA without
   * a key is replaced by a new one: both are trusted from then on, and the certificates stay until
   * the next run, when all processes have the new {@code ca.crt}.
   *
   * @return a summary for the user
   * @throws IOException also if the CA expires before a new certificate would
   */
  public static String run(Path project, Instant now) throws IOException {
    for (var folder : FOLDERS) {
      // Protects the keys on this host. A container mounts a folder inside, which it may read.
      AtomicFile.createFolder(project.resolve(folder), "rwx------");
    }
    var caFolder = project.resolve(FOLDERS.get(0)).resolve("ca");
    var key = caFolder.resolve("ca.key");
    var caFile = caFolder.resolve("ca.crt");
    var isSuccessor = Files.exists(caFile) && Files.notExists(key);
    var start = now.minus(CLOCK_DIFFERENCE);
    if (Files.notExists(key)) {
      var predecessors = isSuccessor ? Files.readString(caFile) : "";
      var created = DemoCa.create(start, CA_VALIDITY);
      created.write(caFolder, predecessors);
    }
    var ca = DemoCa.read(caFolder);
    var end = now.plus(VALIDITY).truncatedTo(ChronoUnit.SECONDS);
    var caEnd = ca.certificate().getNotAfter().toInstant();
    if (caEnd.isBefore(end)) {
      throw new IOException(
          "The CA expires on %s, before a new certificate. Delete %s and run this twice."
              .formatted(caEnd, key));
    }
    var bundle = Files.readString(caFile);
    for (var identity : IDENTITIES) {
      var certificate =
          ca.issue(uri(identity), names(identity), start, Duration.between(start, end));
      for (var folder : FOLDERS) {
        var target = project.resolve(folder).resolve(identity);
        AtomicFile.createFolder(target, "rwxr-xr-x");
        if (isSuccessor && Files.exists(target.resolve("tls.crt"))) {
          AtomicFile.write(target.resolve("ca.crt"), bundle, "rw-r--r--");
        } else {
          certificate.write(target, bundle);
        }
      }
    }
    var next =
        isSuccessor
            ? "The CA is new. Run this again when every process has the new ca.crt"
            : "Certificates: valid until " + end + ". Run this again to renew them";
    return "Wrote %s for %s\nCA: %s, valid until %s\n%s\n"
        .formatted(
            String.join(" and ", FOLDERS), String.join(", ", IDENTITIES), caFile, caEnd, next);
  }

  private static String uri(String identity) {
    return identity.equals("postgres") ? "" : "spiffe://bookmarket/" + identity;
  }

  /** Returns the names under which others, and a service itself, connect to the identity. */
  private static List<String> names(String identity) {
    if (identity.equals("client")) {
      return List.of(identity);
    }
    var names = new ArrayList<String>();
    for (var service : List.of(identity, identity + "-tls")) {
      for (var domain :
          List.of("", ".bookmarket", ".bookmarket.svc", ".bookmarket.svc.cluster.local")) {
        names.add(service + domain);
      }
    }
    names.addAll(List.of("localhost", "127.0.0.1", "::1"));
    return List.copyOf(names);
  }
}
