package dev.bookmarket.runtime.server;

import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;

/**
 * Serves endpoints in this process, for tests: with real messages, real stubs and the statuses of
 * {@link GrpcServer}, but without a socket. Closing it cancels all calls.
 */
public final class ServedInProcess implements AutoCloseable {
  private final Server server;
  private final ManagedChannel channel;

  private ServedInProcess(Server server, ManagedChannel channel) {
    this.server = server;
    this.channel = channel;
  }

  /** Serves the endpoints until it is closed. */
  public static ServedInProcess of(List<? extends BindableService> endpoints) {
    var name = UUID.randomUUID().toString();
    var builder = InProcessServerBuilder.forName(name).intercept(new FailureInterceptor());
    endpoints.forEach(builder::addService);
    try {
      return new ServedInProcess(
          builder.build().start(), InProcessChannelBuilder.forName(name).build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a channel for stubs. */
  public Channel channel() {
    return channel;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
