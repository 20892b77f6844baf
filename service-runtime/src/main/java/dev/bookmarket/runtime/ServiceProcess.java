package dev.bookmarket.runtime;

import dev.bookmarket.runtime.telemetry.AdminServer;
import dev.bookmarket.runtime.telemetry.Telemetry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Runs a process from its start to its graceful shutdown on SIGTERM or Ctrl-C. */
public final class ServiceProcess {
  private static final String ADMIN_PORT = "ADMIN_PORT";

  private ServiceProcess() {}

  /** Runs a process like the other method, without other defaults. */
  public static <C> void run(
      String name,
      String[] arguments,
      Function<Environment, C> config,
      Function<C, ? extends Stoppable> start) {
    run(name, Map.of(), arguments, config, start);
  }

  /**
   * Reads the configuration, starts, and blocks until the process receives SIGTERM or SIGINT. With
   * {@code --help}, prints the environment variables instead. Exits with 1 if the start fails.
   *
   * @param name the name of the process in messages
   * @param replacedDefaults values of variables that are unset, instead of their usual defaults
   * @param config reads all variables of the process
   * @param start starts the servers and returns when they are ready; throws a {@link
   *     StartupException} if the operator can fix what prevents the start
   */
  public static <C> void run(
      String name,
      Map<String, String> replacedDefaults,
      String[] arguments,
      Function<Environment, C> config,
      Function<C, ? extends Stoppable> start) {
    // Libraries use the default locale even for text that machines parse.
    Locale.setDefault(Locale.ROOT);
    if (List.of(arguments).contains("--help")) {
      var defaults = Environment.of(Map.of()).withDefaults(replacedDefaults);
      logLevel(defaults);
      adminPort(defaults);
      addTelemetryHelp(defaults, name);
      var unused = config.apply(defaults); // registers the variables that help() prints
      System.out.printf("%s reads these environment variables:%n%n%s%n", name, defaults.help());
      return;
    }
    // Empty if the start failed.
    var running = new CompletableFuture<Optional<Stoppable>>();
    try {
      if (arguments.length > 0) {
        throw new StartupException(
            "accepts only the argument --help, not \""
                + Environment.printable(arguments[0])
                + "\"");
      }
      // Check it now: later, the JDK would fail without naming the folder.
      var unused = Environment.pathOf("the working directory", System.getProperty("user.dir"));
      var environment = Environment.of(System.getenv()).withDefaults(replacedDefaults);
      startLogging(logLevel(environment));
      disableDnsCache();
      disableNettyEvents();
      // Add the hook before the start: a stop can follow as soon as a server logs that it serves.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(name, running), name + "-stop"));
      var configuration = config.apply(environment);
      startTelemetry(name, startAdmin(environment, running));
      running.complete(Optional.of(start.apply(configuration)));
      new CountDownLatch(1).await(); // the hook stops the servers, then the JVM exits
    } catch (StartupException failure) {
      running.complete(Optional.empty());
      System.err.println(Environment.printable(name + ": " + failure.getMessage()));
      System.exit(1);
    } catch (RuntimeException | Error fault) {
      running.complete(Optional.empty());
      // Exit: threads of servers that have already started would keep the process alive.
      ErrorLog.log(LoggerFactory.getLogger(ServiceProcess.class), name + " start", fault);
      System.exit(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stop(String name, CompletableFuture<Optional<Stoppable>> running) {
    // A start that takes longer has not served anything yet, so do not wait for it.
    var started = running.completeOnTimeout(Optional.empty(), 1, TimeUnit.SECONDS).join();
    if (started.isEmpty()) {
      return;
    }
    Logger log = LoggerFactory.getLogger(ServiceProcess.class);
    log.atInfo().addKeyValue("process", name).log("Stopping");
    try {
      started.get().close();
      log.atInfo().addKeyValue("process", name).log("Stopped");
    } catch (RuntimeException | Error fault) {
      ErrorLog.log(log, name + " stop", fault);
    } finally {
      LogConfigurator.stop();
      Telemetry.close();
    }
  }

  private static String logLevel(Environment environment) {
    return environment.oneOf(
        "LOG_LEVEL",
        "info",
        List.of("trace", "debug", "info", "warn", "error", "off"),
        "trace, debug, info, warn, error or off");
  }

  /** Adds those of OpenTelemetry's variables that most operators need. */
  private static void addTelemetryHelp(Environment defaults, String name) {
    defaults.text(
        "OTEL_EXPORTER_OTLP_ENDPOINT", "", "the OTLP receiver of all telemetry, as a URL");
    defaults.text("OTEL_SERVICE_NAME", name, "the name of the service in telemetry");
    defaults.text("OTEL_SDK_DISABLED", "false", "true disables telemetry");
  }

  private static Optional<ListenAddress> adminPort(Environment environment) {
    return environment.listenIfSet(
        ADMIN_PORT, "the port of /metrics, /healthz and /readyz; 0 selects a free one");
  }

  /** Starts the admin server, if its port has a value and, if that is a default, it is free. */
  private static Optional<AdminServer> startAdmin(
      Environment environment, CompletableFuture<Optional<Stoppable>> running) {
    var listen = adminPort(environment);
    if (listen.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          AdminServer.start(
              listen.get().socketAddress(),
              () -> running.getNow(Optional.empty()).filter(Stoppable::isReady).isPresent()));
    } catch (IOException e) {
      var failure = listen.get().startFailure(e);
      if (environment.isSet(ADMIN_PORT)) {
        throw failure;
      }
      LoggerFactory.getLogger(ServiceProcess.class)
          .atWarn()
          .addKeyValue("reason", failure.getMessage())
          .log("Starting without the admin port");
      return Optional.empty();
    }
  }

  private static void startTelemetry(String name, Optional<AdminServer> admin) {
    try {
      Telemetry.start(
          name,
          ReplicaName.name() + ":" + ProcessHandle.current().pid(),
          admin.map(AdminServer::metrics));
    } catch (IllegalArgumentException invalid) {
      var variables = System.getenv().keySet().stream().filter(v -> v.startsWith("OTEL_")).sorted();
      throw new StartupException(
          "OpenTelemetry: %s; these variables are set: %s"
              .formatted(invalid.getMessage(), variables.collect(Collectors.joining(", "))));
    }
  }

  /**
   * Disables the JDK's DNS cache of 30 seconds, and 10 for failures: a restarted service with a new
   * address would be unavailable for that long. Must run before the first lookup of a name, which
   * can be that of BIND_ADDRESS.
   */
  private static void disableDnsCache() {
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
  }

  /**
   * Disables Netty's JFR events, unless an option of the JVM enables them: defining the events
   * delays the start. Must run before the first use of Netty.
   */
  private static void disableNettyEvents() {
    System.getProperties().putIfAbsent("io.grpc.netty.shaded.io.netty.jfr.enabled", "false");
  }

  private static void startLogging(String level) {
    checkJarPath();
    // Initialize SLF4J in one thread: it logs a warning if several threads initialize it.
    LogConfigurator.setLevel(level);
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, fault) ->
            ErrorLog.log(
                LoggerFactory.getLogger(ServiceProcess.class),
                "thread " + thread.getName(),
                fault));
  }

  /** Rejects a jar whose path contains "!/": Java interprets it as the end of the path. */
  private static void checkJarPath() {
    var jar = ServiceProcess.class.getProtectionDomain().getCodeSource().getLocation();
    if (jar.getPath().endsWith(".jar") && jar.getPath().contains("!/")) {
      var path = Path.of(URI.create(jar.toString())).toString();
      throw new StartupException(
          "Java cannot read jar files in a folder whose name ends in \"!\": rename "
              + Environment.printable(path.substring(0, path.lastIndexOf("!/") + 1)));
    }
  }
}
