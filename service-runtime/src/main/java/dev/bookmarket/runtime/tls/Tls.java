package dev.bookmarket.runtime.tls;

import dev.bookmarket.runtime.StartupException;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettySslContextChannelCredentials;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;

/**
 * The TLS of the servers and the channels of one identity: TLS 1.3, with a certificate at both
 * ends. Loads changed files without a restart; connections that are open keep the certificates with
 * which they began. Without {@link TlsConfig#folder}, connections are not encrypted. Safe for
 * concurrent use.
 */
public final class Tls implements AutoCloseable {
  private final ServerCredentials server;
  private final ChannelCredentials client;
  private final Runnable stop;

  private Tls(ServerCredentials server, ChannelCredentials client, Runnable stop) {
    this.server = server;
    this.client = client;
    this.stop = stop;
  }

  /**
   * Loads the certificates and starts to watch their files.
   *
   * @throws StartupException if the files are missing or invalid
   */
  public static Tls open(TlsConfig config) {
    return config
        .folder()
        .map(folder -> open(config.service(), folder))
        .orElseGet(
            () ->
                new Tls(
                    ServerHandshakes.plaintext(), InsecureChannelCredentials.create(), () -> {}));
  }

  private static Tls open(String service, Path folder) {
    try {
      var watcher = new CertificateWatcher(folder, service);
      var server = new ReloadingSslContext(serverContext(watcher.current()));
      var client = new ReloadingSslContext(clientContext(watcher.current()));
      watcher.start(
          changed -> {
            var next = clientContext(changed);
            server.set(serverContext(changed));
            client.set(next);
          });
      return new Tls(
          ServerHandshakes.tls(server),
          NettySslContextChannelCredentials.create(client),
          watcher::close);
    } catch (StartupException e) {
      throw new StartupException("TLS_DIR: " + e.getMessage());
    }
  }

  /** Returns the credentials of a server; with TLS, only clients with a certificate reach it. */
  public ServerCredentials server() {
    return server;
  }

  /** Returns the credentials of a channel; with TLS, it verifies the certificate of the server. */
  public ChannelCredentials client() {
    return client;
  }

  /** Stops watching the files. */
  @Override
  public void close() {
    stop.run();
  }

  private static SslContext serverContext(CertificateSet set) {
    return build(
        SslContextBuilder.forServer(set.key(), set.chain()).clientAuth(ClientAuth.REQUIRE),
        new ClientTrust(set.trust()));
  }

  private static SslContext clientContext(CertificateSet set) {
    return build(SslContextBuilder.forClient().keyManager(set.key(), set.chain()), set.trust());
  }

  /**
   * Uses the JDK's TLS, because OpenSSL would have to unpack its library to a file. Sessions can be
   * resumed only for one second, the minimum, because a resumed session does not verify again
   * whether the certificates have expired.
   */
  private static SslContext build(SslContextBuilder builder, X509TrustManager trust) {
    try {
      return GrpcSslContexts.configure(builder, SslProvider.JDK)
          .trustManager(trust)
          .protocols("TLSv1.3")
          .sessionTimeout(1)
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("cannot use tls.crt and tls.key", e);
    }
  }
}
