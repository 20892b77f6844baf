package dev.bookmarket.marketplace.server;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests a page of each kind from this server until each is repeatedly fast. On a cold JVM, the
 * first visitors would wait, and calls would exceed their deadlines. The home page links to the
 * other pages, because each catalogue has other books.
 */
final class WarmUp {
  private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

  /** Waiting longer for a catalogue would not warm up anything else. */
  private static final Duration MAX_TIME_WITHOUT_BOOKS = Duration.ofSeconds(5);

  private static final Duration FAST = Duration.ofMillis(100);

  /** How often in succession a page must be fast. */
  private static final int SUCCESSES = 3;

  /** After a slow or failed page; attempts without a pause would keep a busy processor busy. */
  private static final Duration PAUSE = Duration.ofMillis(20);

  private static final int KINDS_OF_LINKS = 3;
  private static final Pattern LINK = Pattern.compile("\"/(categories|books|covers)/([^\"/]+)\"");

  private final String root;
  private final Duration maxTime;
  private final long start = System.nanoTime();
  private final Map<String, String> links = new LinkedHashMap<>();
  private String cookie = "";
  private int requests;

  /** Creates a warm-up of the server at a URL, which ends without a slash. */
  WarmUp(String root, Duration maxTime) {
    this.root = root;
    this.maxTime = maxTime;
  }

  /** Returns the number of requests when the pages are fast, at the latest after the time. */
  int run() throws InterruptedException {
    awaitFast("/");
    while (links.size() < KINDS_OF_LINKS && isBefore(MAX_TIME_WITHOUT_BOOKS)) {
      Thread.sleep(PAUSE.toMillis());
      isFast("/", "");
    }
    for (var link : Map.copyOf(links).entrySet()) {
      awaitFast("/" + link.getKey() + "/" + link.getValue());
    }
    if (links.containsKey("books")) {
      isFast("/basket", "change=add&quantity=1&book=" + links.get("books"));
      awaitFast("/basket");
      awaitFast("/checkout");
      awaitFast("/search?q=" + links.get("categories"));
    }
    if (!isBefore(maxTime)) {
      log.atWarn().addKeyValue("after", maxTime).log("Serving pages that are not fast yet");
    }
    return requests;
  }

  private void awaitFast(String path) throws InterruptedException {
    for (int successes = 0; successes < SUCCESSES && isBefore(maxTime); ) {
      if (isFast(path, "")) {
        successes++;
      } else {
        successes = 0;
        Thread.sleep(PAUSE.toMillis());
      }
    }
  }

  /** Gets a page, or posts a form if it is not empty. */
  private boolean isFast(String path, String form) {
    requests++;
    long begin = System.nanoTime();
    try {
      var url = URI.create(root + path).toURL();
      var connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
      connection.setReadTimeout((int) maxTime.toMillis());
      connection.setInstanceFollowRedirects(false);
      connection.setRequestProperty("Cookie", cookie);
      if (!form.isEmpty()) {
        connection.setDoOutput(true);
        connection.getOutputStream().write(form.getBytes(StandardCharsets.US_ASCII));
        cookie =
            Objects.requireNonNullElse(connection.getHeaderField("Set-Cookie"), "").split(";")[0];
      }
      try (var body = connection.getInputStream()) {
        var page = new String(body.readAllBytes(), StandardCharsets.UTF_8);
        LINK.matcher(page)
            .results()
            .forEach(link -> links.putIfAbsent(link.group(1), link.group(2)));
      }
      return System.nanoTime() - begin < FAST.toNanos();
    } catch (IOException e) {
      log.atDebug().addKeyValue("path", path).addKeyValue("failure", e).log("Warm-up failed");
      return false;
    }
  }

  private boolean isBefore(Duration time) {
    return System.nanoTime() - start < time.toNanos();
  }
}
