package dev.bookmarket.systemtests;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/** Somebody who opens pages of a shop on this machine; safe for concurrent use. */
public record Visitor(int port, HttpClient http) {
  private static final Duration ORDERS_DEADLINE = Duration.ofSeconds(1);
  private static final Duration BOUND = Duration.ofSeconds(30);

  /** An answer, and how long it took to come. */
  public record Answer(HttpResponse<String> response, Duration took) {
    public int status() {
      return response.statusCode();
    }

    /**
     * Whether it took so long that a deadline of its calls may have passed: a page goes without
     * what is late, and is 503 where that is what it is for, which may take a second.
     */
    boolean isLate() {
      return status() == 200 && took.compareTo(HomePage.DEADLINE) >= 0
          || status() == 503 && took.compareTo(ORDERS_DEADLINE) >= 0;
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    String text() {
      return response.body();
    }

    public Document page() {
      return Jsoup.parse(response.body(), response.uri().toString());
    }

    /** How many list items without any attribute it has, which is what the oldest test counts. */
    int bareListItems() {
      return response.body().split("<li>", -1).length - 1;
    }

    /** What the page says that it lacks, in the order of the page. */
    public List<String> missing() {
      return page().select(".notice[data-missing]").eachAttr("data-missing");
    }
  }

  /** A visitor of the shop on that port. */
  public static Visitor of(int port) {
    return new Visitor(
        port,
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(BOUND).build());
  }

  /** Opens a page; fails if no answer comes. */
  public Answer get(String path) {
    return send(HttpRequest.newBuilder().GET(), path);
  }

  /**
   * Opens a page as a patient visitor does, who comes again for a few seconds while the page says
   * that it lacks something: on a busy machine, a healthy backend too misses a deadline.
   */
  public Answer open(String path) {
    var until = System.nanoTime() + BOUND.toNanos();
    while (true) {
      var answer = get(path);
      var whole = answer.status() != 503 && answer.missing().isEmpty();
      if (whole || System.nanoTime() > until) {
        return answer;
      }
    }
  }

  /** Sends a request for a path; fails if no answer comes. */
  Answer send(HttpRequest.Builder request, String path) {
    try {
      return tryToSend(request, path);
    } catch (IOException e) {
      throw new AssertionError("no answer to " + path, e);
    }
  }

  /** Opens a page. */
  Answer tryToGet(String path) throws IOException {
    return tryToSend(HttpRequest.newBuilder().GET(), path);
  }

  /** Sends a request for a path. */
  public Answer tryToSend(HttpRequest.Builder request, String path) throws IOException {
    var uri = URI.create("http://127.0.0.1:" + port + path);
    try {
      var begin = System.nanoTime();
      var response =
          http.send(request.uri(uri).timeout(BOUND).build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response, Duration.ofNanos(System.nanoTime() - begin));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
