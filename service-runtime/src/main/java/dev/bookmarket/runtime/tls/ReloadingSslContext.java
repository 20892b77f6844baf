package dev.bookmarket.runtime.tls;

import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSslEngine;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.internal.tcnative.SSL;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * A context whose new connections use the current context. So each connection uses the key, the
 * certificates and the CAs of one set, and no connection resumes a session that was negotiated with
 * an earlier set. Safe for concurrent use.
 */
final class ReloadingSslContext extends SslContext {
  private final Supplier<SslContext> current;

  /** Creates a context from a supplier of the current one; it is called for each connection. */
  ReloadingSslContext(Supplier<SslContext> current) {
    this.current = current;
  }

  @Override
  public boolean isClient() {
    return current.get().isClient();
  }

  @Override
  public List<String> cipherSuites() {
    return current.get().cipherSuites();
  }

  @Override
  @SuppressWarnings("deprecation") // abstract in SslContext
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return current.get().applicationProtocolNegotiator();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return withoutTickets(current.get().newEngine(allocator));
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
    return withoutTickets(current.get().newEngine(allocator, host, port));
  }

  /**
   * Disables the session tickets of OpenSSL, which are valid for two days, whatever the timeout of
   * sessions is: with a ticket, a client could connect after its certificate has expired.
   */
  private static SSLEngine withoutTickets(SSLEngine engine) {
    if (engine instanceof OpenSslEngine openSsl) {
      SSL.setOptions(openSsl.sslPointer(), SSL.SSL_OP_NO_TICKET);
    }
    return engine;
  }

  @Override
  public SSLSessionContext sessionContext() {
    return current.get().sessionContext();
  }
}
