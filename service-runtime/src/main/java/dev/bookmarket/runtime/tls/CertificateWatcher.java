package dev.bookmarket.runtime.tls;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.bookmarket.runtime.telemetry.Telemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Loads certificates again when their files change. Compares the contents, because a copy can have
 * the same modification time. Files that are not valid together are not used. Safe for concurrent
 * use.
 */
final class CertificateWatcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CertificateWatcher.class);

  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final Path folder;
  private final String service;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          new ThreadFactoryBuilder().setDaemon(true).setNameFormat("certificates").build());
  private final ObservableLongGauge expiry;
  private volatile CertificateSet current;

  // Only one thread at a time uses the fields below: first the constructor, then the scheduler.
  private CertificateFiles loaded;

  /** What the last check found. Files that differ from it may not have been copied completely. */
  private CertificateFiles found;

  /** Why the files cannot be loaded; empty if they have been loaded. */
  private String problem = "";

  private boolean isProblemLogged;
  private String expiryLogged = "";

  /**
   * Loads the files, and starts to check them twice a second.
   *
   * @throws dev.bookmarket.runtime.StartupException if they cannot be used
   */
  CertificateWatcher(Path folder, String service) {
    this.folder = folder;
    this.service = service;
    loaded = CertificateFiles.read(folder);
    found = loaded;
    current = CertificateSet.of(loaded, service);
    var attributes = Attributes.of(AttributeKey.stringKey("bookmarket.tls.identity"), service);
    expiry =
        Telemetry.meter()
            .gaugeBuilder("tls.certificate.not_after")
            .ofLongs()
            .setUnit("s")
            .setDescription("When the certificate or its CA expires, in seconds since 1970.")
            .buildWithCallback(
                gauge -> gauge.record(current.notAfter().getEpochSecond(), attributes));
    logExpiry();
    var unused =
        thread.scheduleWithFixedDelay(
            this::check, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns the set that was loaded last. */
  CertificateSet current() {
    return current;
  }

  @Override
  public void close() {
    thread.shutdownNow();
    expiry.close();
  }

  private void check() {
    try {
      var files = CertificateFiles.read(folder);
      if (files.equals(loaded)) {
        problem = "";
      } else if (files.equals(found)) {
        load(files);
      }
      found = files;
    } catch (RuntimeException | Error e) {
      // Checked again each time: a certificate can become valid later.
      logProblem(String.valueOf(e.getMessage()));
    }
    logExpiry();
  }

  private void load(CertificateFiles files) {
    var next = CertificateSet.of(files, service);
    loaded = files;
    current = next;
    problem = "";
    expiryLogged = "";
    log.atInfo()
        .addKeyValue("identity", service)
        .addKeyValue("not_after", next.notAfter())
        .log("Certificates loaded");
  }

  /** Logs a problem once, if the next check finds it too: a file may be missing briefly. */
  private void logProblem(String now) {
    if (!now.equals(problem)) {
      problem = now;
      isProblemLogged = false;
    } else if (!isProblemLogged) {
      isProblemLogged = true;
      log.atWarn()
          .addKeyValue("folder", folder)
          .addKeyValue("reason", problem)
          .log("Changed certificates rejected; the previous ones remain in use");
    }
  }

  private void logExpiry() {
    var remaining = Duration.between(Instant.now(), current.notAfter());
    var message =
        remaining.isNegative()
            ? "The certificate has expired; renew it"
            : remaining.toDays() < 1
                ? "The certificate expires within a day; renew it"
                : "The certificate expires within 30 days; renew it";
    if (remaining.toDays() < 30 && !message.equals(expiryLogged)) {
      expiryLogged = message;
      log.atLevel(remaining.toDays() < 1 ? Level.ERROR : Level.WARN)
          .addKeyValue("identity", service)
          .addKeyValue("not_after", current.notAfter())
          .log(message);
    }
  }
}
