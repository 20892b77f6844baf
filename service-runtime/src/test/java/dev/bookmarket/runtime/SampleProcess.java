package dev.bookmarket.runtime;

import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.server.GrpcServerConfig;
import dev.bookmarket.runtime.server.OneRpc;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.LoggerFactory;

/** A process for {@link ServiceProcessTest}: one RPC, and some ways to fail at the start. */
public final class SampleProcess {
  private record Config(GrpcServerConfig server, String start) {
    static Config from(Environment environment) {
      return new Config(
          GrpcServerConfig.from(environment, "sample", 50_099),
          environment.oneOf(
              "SAMPLE_START",
              "well",
              List.of("well", "with-a-bug", "with-a-bug-in-a-thread", "never"),
              "how the start goes"));
    }
  }

  /** The last line that the start logs. */
  static final String LAST_LINE = "a line through java.util.logging";

  private SampleProcess() {}

  public static void main(String[] arguments) {
    var defaults = Map.of("ADMIN_PORT", System.getenv().getOrDefault("DEFAULT_ADMIN_PORT", ""));
    ServiceProcess.run("sample", defaults, arguments, Config::from, SampleProcess::start);
  }

  private static Stoppable start(Config config) {
    var server = GrpcServer.start(config.server(), List.of(OneRpc.echo()), channel -> {});
    var log = LoggerFactory.getLogger(SampleProcess.class);
    log.debug("a debug line");
    log.info("an info line");
    log.warn("a warn line");
    java.util.logging.Logger.getLogger("sample").warning(LAST_LINE);
    if (config.start().equals("with-a-bug")) {
      throw new IllegalStateException("half started");
    }
    if (config.start().equals("with-a-bug-in-a-thread")) {
      new Thread(
              () -> {
                throw new IllegalStateException("first line\nsecond line");
              },
              "sample thread")
          .start();
    }
    if (config.start().equals("never")) {
      new CompletableFuture<>().join();
    }
    return server;
  }
}
