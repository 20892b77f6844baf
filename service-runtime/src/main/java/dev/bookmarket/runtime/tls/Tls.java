package dev.bookmarket.runtime.tls;

import dev.bookmarket.runtime.StartupException;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.shaded.io.grpc.netty.NettySslContextChannelCredentials;

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

  private Tls(ProtocolNegotiator server, ChannelCredentials client, Runnable stop) {
    this.server = InternalNettyServerCredentials.create(new ServerHandshakes(server));
    this.client = client;
    this.stop = stop;
  }

  /**
   * Loads the certificates and starts to watch their files.
   *
   * @throws StartupException if the files are missing or invalid
   */
  public static Tls open(TlsConfig config) {
    if (config.folder().isEmpty()) {
      return new Tls(
          InternalProtocolNegotiators.serverPlaintext(),
          InsecureChannelCredentials.create(),
          () -> {});
    }
    try {
      var watcher = new CertificateWatcher(config.folder().get(), config.service());
      return new Tls(
          InternalProtocolNegotiators.serverTls(
              new ReloadingSslContext(() -> watcher.current().server())),
          NettySslContextChannelCredentials.create(
              new ReloadingSslContext(() -> watcher.current().client())),
          watcher::close);
    } catch (StartupException e) {
      throw new StartupException("TLS_DIR " + config.folder().get() + ": " + e.getMessage());
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
}
