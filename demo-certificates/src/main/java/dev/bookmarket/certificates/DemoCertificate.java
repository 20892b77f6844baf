package dev.bookmarket.certificates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A certificate with its private key, as PEM texts (the key in PKCS#8). */
public record DemoCertificate(String certificate, String key) {
  /**
   * Writes {@code tls.crt}, {@code tls.key} and {@code ca.crt}. Each file is replaced atomically,
   * but not the three as a whole.
   *
   * <p>Every user who can enter the folder can read the key, because a container that mounts the
   * folder runs as another user than the owner of the files. Protect the parent folder.
   *
   * @param caBundle the certificates of all trusted authorities, as PEM text
   */
  public void write(Path folder, String caBundle) throws IOException {
    Files.createDirectories(folder);
    AtomicFile.write(folder.resolve("ca.crt"), caBundle, "rw-r--r--");
    AtomicFile.write(folder.resolve("tls.key"), key, "rw-r--r--");
    AtomicFile.write(folder.resolve("tls.crt"), certificate, "rw-r--r--");
  }
}
