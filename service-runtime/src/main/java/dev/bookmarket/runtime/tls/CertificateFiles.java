package dev.bookmarket.runtime.tls;

import dev.bookmarket.runtime.PathProblem;
import dev.bookmarket.runtime.StartupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The contents of the files of one identity. Their names are those in a Kubernetes Secret of the
 * type {@code kubernetes.io/tls}, as cert-manager creates it.
 *
 * @param certificate tls.crt: the certificate, then those of intermediate CAs
 * @param key tls.key: the private key
 * @param authorities ca.crt: the certificates of the trusted CAs
 */
record CertificateFiles(String certificate, String key, String authorities) {
  private static final int MAX_BYTES = 1 << 20;

  /**
   * Reads the files from one folder. The kubelet replaces the files of a mounted Secret by swapping
   * the symbolic link {@code ..data}, so it is resolved once.
   *
   * @throws StartupException if a file cannot be read
   */
  static CertificateFiles read(Path folder) {
    var data = folder.resolve("..data");
    try {
      var resolved = (Files.isDirectory(data) ? data : folder).toRealPath();
      return new CertificateFiles(
          read(resolved, "tls.crt"), read(resolved, "tls.key"), read(resolved, "ca.crt"));
    } catch (NoSuchFileException e) {
      throw new StartupException(
          PathProblem.in(Path.of(e.getFile()))
              .orElse(
                  "there is no %s (./mvnw -Pcertificates creates all files for a demo)"
                      .formatted(e.getFile())));
    } catch (IOException e) {
      // The message of most of these exceptions is only the path.
      throw new StartupException(
          PathProblem.in(folder.resolve("tls.crt"))
              .orElse(
                  "cannot read %s (%s)".formatted(e.getMessage(), e.getClass().getSimpleName())));
    }
  }

  private static String read(Path folder, String name) throws IOException {
    var file = folder.resolve(name);
    if (Files.exists(file) && (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES)) {
      throw new IOException(file + ": not a file, or larger than 1 MiB");
    }
    return Files.readString(file, StandardCharsets.ISO_8859_1); // decodes all bytes
  }

  /** Returns a text without the contents, because one of them is secret. */
  @Override
  public String toString() {
    return "CertificateFiles";
  }
}
