package dev.bookmarket.runtime;

import java.net.URI;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Runs a process from its start to its orderly stop on SIGTERM or Ctrl-C. */
public final class ServiceProcess {
  /** Starts what a process consists of; returns when it is ready. */
  @FunctionalInterface
  public interface Starter<C> {
    /**
     * Starts.
     *
     * @throws StartupException if something that the person who starts it can mend stands in the
     *     way
     */
    Stoppable start(C config);
  }

  private ServiceProcess() {}

  /**
   * Reads the configuration, starts, and blocks until the process is told to stop. With {@code
   * --help} it prints the environment variables instead. Exits with 1 where it cannot start.
   *
   * @param name the name of the process in messages
   * @param config reads every variable that the process knows
   */
  public static <C> void run(
      String name, String[] arguments, Function<Environment, C> config, Starter<C> starter) {
    run(name, arguments, Environment.ofProcess(), config, starter);
  }

  /** The same with the given variables instead of the process's own. */
  public static <C> void run(
      String name,
      String[] arguments,
      Environment environment,
      Function<Environment, C> config,
      Starter<C> starter) {
    // Libraries use the default locale even for text that machines parse.
    Locale.setDefault(Locale.ROOT);
    if (List.of(arguments).contains("--help")) {
      var defaults = environment.unset();
      logLevel(defaults);
      var unused = config.apply(defaults); // asks for every variable, which is what help lists
      System.out.printf("%s reads these environment variables:%n%n%s%n", name, defaults.help());
      return;
    }
    // Empty where the start failed.
    var running = new CompletableFuture<Optional<Stoppable>>();
    try {
      if (arguments.length > 0) {
        throw new StartupException(
            "takes no arguments but --help, not \"" + Environment.printable(arguments[0]) + "\"");
      }
      // Check it here: the JDK fails later, without naming it.
      var unused = Environment.pathOf("the working directory", System.getProperty("user.dir"));
      startLogging(logLevel(environment));
      noticeNewAddresses();
      // Before the start: whoever reads that it serves may stop it in the same instant.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(name, running), name + "-stop"));
      running.complete(Optional.of(starter.start(config.apply(environment))));
      new CountDownLatch(1).await(); // the hook stops, and the JVM ends after it
    } catch (StartupException failure) {
      running.complete(Optional.empty());
      System.err.println(Environment.printable(name + ": " + failure.getMessage()));
      System.exit(1);
    } catch (RuntimeException | Error fault) {
      running.complete(Optional.empty());
      // Threads of what had already started would otherwise keep half a process alive.
      ErrorLog.log(LoggerFactory.getLogger(ServiceProcess.class), name + " start", fault);
      System.exit(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stop(String name, CompletableFuture<Optional<Stoppable>> running) {
    // A start that takes longer has promised nothing yet, and need not be waited for.
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
    }
  }

  private static String logLevel(Environment environment) {
    return environment.oneOf(
        "LOG_LEVEL",
        "info",
        List.of("trace", "debug", "info", "warn", "error", "off"),
        "trace, debug, info, warn, error or off");
  }

  /**
   * The JDK remembers a DNS answer for 30 seconds and a failure for 10: a peer that came back under
   * another address would be missed for as long. It reads these at the first look-up of a name,
   * which may be that of BIND_ADDRESS.
   */
  private static void noticeNewAddresses() {
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
  }

  private static void startLogging(String level) {
    checkFolder();
    // By one thread: where several make their first loggers at once, SLF4J warns that it waits.
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

  /** Stops the start if the path of the jar contains "!/", which Java takes for its end. */
  private static void checkFolder() {
    var jar = ServiceProcess.class.getProtectionDomain().getCodeSource().getLocation();
    if (jar.getPath().endsWith(".jar") && jar.getPath().contains("!/")) {
      var path = Path.of(URI.create(jar.toString())).toString();
      throw new StartupException(
          "Java cannot read jar files in a folder whose name ends in \"!\": rename "
              + Environment.printable(path.substring(0, path.lastIndexOf("!/") + 1)));
    }
  }
}
