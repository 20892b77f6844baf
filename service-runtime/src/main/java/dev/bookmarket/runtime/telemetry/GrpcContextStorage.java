package dev.bookmarket.runtime.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.context.ContextStorageProvider;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Stores OpenTelemetry's current context in gRPC's context, which gRPC restores in the threads and
 * callbacks of a call. OpenTelemetry finds this class by {@code META-INF/services}.
 */
public final class GrpcContextStorage implements ContextStorageProvider, ContextStorage {
  private static final io.grpc.Context.Key<Context> KEY = io.grpc.Context.key("telemetry");

  /** Returns a gRPC context in which that one of OpenTelemetry is the current one. */
  public static io.grpc.Context with(io.grpc.Context context, Context telemetry) {
    return context.withValue(KEY, telemetry);
  }

  @Override
  public ContextStorage get() {
    return this;
  }

  @Override
  public Scope attach(@Nullable Context toAttach) {
    if (toAttach == null) {
      return Scope.noop();
    }
    var context = with(io.grpc.Context.current(), toAttach);
    var previous = context.attach();
    return () -> context.detach(previous);
  }

  @Override
  public @Nullable Context current() {
    return KEY.get();
  }
}
