package dev.bookmarket.systemtests.tls;

import dev.bookmarket.greeter.GreeterConfig;
import dev.bookmarket.greeter.GreeterMain;
import dev.bookmarket.orders.OrdersConfig;
import dev.bookmarket.orders.OrdersMain;
import dev.bookmarket.recommendations.RecommendationsConfig;
import dev.bookmarket.recommendations.RecommendationsMain;
import dev.bookmarket.runtime.Environment;
import dev.bookmarket.runtime.server.CallPolicy;
import dev.bookmarket.runtime.server.GrpcServer;
import dev.bookmarket.runtime.tls.TlsConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** The gRPC servers of the shop, as their processes start them. */
enum ShopServer {
  RECOMMENDATIONS(
      environment -> RecommendationsMain.start(RecommendationsConfig.from(environment)),
      CallPolicy.ANY_SERVICE),
  ORDERS(environment -> OrdersMain.start(OrdersConfig.from(environment)), OrdersMain.CALLERS),
  GREETER(
      environment -> GreeterMain.start(GreeterConfig.from(environment)), CallPolicy.ANY_SERVICE);

  /** The identities of -Pcertificates that call services. */
  static final List<String> IDENTITIES =
      List.of("marketplace", "recommendations", "orders", "greeter", "client");

  private final Function<Environment, GrpcServer> start;
  private final CallPolicy callers;

  ShopServer(Function<Environment, GrpcServer> start, CallPolicy callers) {
    this.start = start;
    this.callers = callers;
  }

  /** Returns the name of the service, which is also its identity. */
  String service() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns who may call it. */
  CallPolicy callers() {
    return callers;
  }

  /** Starts it on a free port in this JVM, with a new database in the folder. */
  GrpcServer start(Path folder, TlsConfig tls) {
    return start.apply(
        Environment.of(
            Map.of(
                name() + "_PORT",
                "0",
                "DRAIN_MS",
                "0",
                "ORDERS_DB",
                folder.resolve(UUID.randomUUID() + ".db").toString(),
                "TLS_DIR",
                tls.folder().map(Path::toString).orElse(""))));
  }
}
