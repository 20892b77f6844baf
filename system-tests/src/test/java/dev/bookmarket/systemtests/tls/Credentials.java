package dev.bookmarket.systemtests.tls;

import dev.bookmarket.certificates.DemoCertificate;
import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Credentials of programs that do not use the classes of the shop. */
final class Credentials {
  private Credentials() {}

  /** Returns those of a client that trusts the authority. */
  static ChannelCredentials client(DemoCertificate certificate, String authority) {
    try {
      return TlsChannelCredentials.newBuilder()
          .keyManager(stream(certificate.certificate()), stream(certificate.key()))
          .trustManager(stream(authority))
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns those of a client without a certificate. */
  static ChannelCredentials clientWithoutCertificate(String authority) {
    try {
      return TlsChannelCredentials.newBuilder().trustManager(stream(authority)).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns those of a server that requires a certificate of the authority. */
  static ServerCredentials server(DemoCertificate certificate, String authority) {
    try {
      return TlsServerCredentials.newBuilder()
          .keyManager(stream(certificate.certificate()), stream(certificate.key()))
          .trustManager(stream(authority))
          .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream stream(String pem) {
    return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
  }
}
