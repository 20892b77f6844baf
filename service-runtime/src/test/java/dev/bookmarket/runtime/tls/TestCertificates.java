package dev.bookmarket.runtime.tls;

import dev.bookmarket.certificates.DemoCa;
import dev.bookmarket.certificates.DemoCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Certificates of an authority that exists only in one test. Immutable. */
public final class TestCertificates {
  /** The validity of most certificates. */
  public static final Duration VALIDITY = Duration.ofDays(60);

  /** The names of this machine. */
  public static final List<String> LOCAL_NAMES = List.of("localhost", "127.0.0.1", "::1");

  /** The authority that has signed the certificates. */
  public final DemoCa authority = newAuthority();

  /** Returns a new authority. */
  public static DemoCa newAuthority() {
    return DemoCa.create(Instant.now().minus(VALIDITY), VALIDITY.multipliedBy(3));
  }

  /** Returns a valid certificate of the service. */
  public DemoCertificate of(String service) {
    return of(service, LOCAL_NAMES);
  }

  /** Returns a valid certificate of the service for these names. */
  public DemoCertificate of(String service, List<String> names) {
    return authority.issue(
        "spiffe://bookmarket/" + service, names, Instant.now().minusSeconds(60), VALIDITY);
  }

  /** Returns a certificate of the service that has expired. */
  public DemoCertificate expired(String service) {
    return valid(service, Instant.now().minus(Duration.ofDays(2)), Duration.ofDays(1));
  }

  /** Returns a certificate of the service that is not valid yet. */
  public DemoCertificate notYetValid(String service) {
    return valid(service, Instant.now().plus(Duration.ofDays(1)), Duration.ofDays(1));
  }

  /** Returns a certificate of the service with that validity. */
  public DemoCertificate valid(String service, Instant from, Duration validity) {
    return authority.issue("spiffe://bookmarket/" + service, LOCAL_NAMES, from, validity);
  }

  /** Writes a valid certificate of the service, and returns the configuration that reads it. */
  public TlsConfig write(Path folder, String service) {
    return write(folder, service, of(service), authority.pem());
  }

  /** Writes the files by renaming, and returns the configuration that reads them. */
  public static TlsConfig write(
      Path folder, String service, DemoCertificate certificate, String bundle) {
    try {
      certificate.write(folder, bundle);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TlsConfig(service, java.util.Optional.of(folder));
  }

  /** Replaces the files as the kubelet does, by swapping the symbolic link ..data. */
  public static void swap(Path folder, DemoCertificate certificate, String bundle) {
    try {
      var next = Files.createTempDirectory(folder, "..data_");
      certificate.write(next, bundle);
      var link = Files.createSymbolicLink(folder.resolve("..data_tmp"), next.getFileName());
      var previous =
          Files.exists(folder.resolve("..data")) ? folder.resolve("..data").toRealPath() : null;
      Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
      for (var name : List.of("tls.crt", "tls.key", "ca.crt")) {
        if (!Files.isSymbolicLink(folder.resolve(name))) {
          Files.deleteIfExists(folder.resolve(name));
          Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
        }
        if (previous != null) {
          Files.delete(previous.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Overwrites the files one after the other, as {@code cp} does: in alphabetical order. */
  public static void copy(Path folder, DemoCertificate certificate, String bundle) {
    try {
      Files.writeString(folder.resolve("ca.crt"), bundle);
      Files.writeString(folder.resolve("tls.crt"), certificate.certificate());
      Files.writeString(folder.resolve("tls.key"), certificate.key());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
