package dev.bookmarket.runtime.tls;

import dev.bookmarket.runtime.Environment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The configuration of TLS.
 *
 * @param service the name of the process, which its certificate contains as an identity
 * @param folder contains tls.crt, tls.key and ca.crt; empty: connections are not encrypted
 */
public record TlsConfig(String service, Optional<Path> folder) {
  /** No TLS. */
  public static final TlsConfig PLAINTEXT = new TlsConfig("", Optional.empty());

  /** Reads TLS_DIR. If it has a subfolder with the name of the service, uses that subfolder. */
  public static TlsConfig from(Environment environment, String service) {
    var parent =
        environment.path(
            "TLS_DIR", "the folder of tls.crt, tls.key and ca.crt; unset: no encryption");
    var own = parent.map(folder -> folder.resolve(service)).filter(Files::isDirectory);
    return new TlsConfig(service, own.or(() -> parent));
  }
}
