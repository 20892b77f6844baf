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

/** Opens pages of a shop on this machine. Safe for concurrent use. */
public record Visitor(int port, HttpClient http) {
  private static final Duration ORDERS_DEADLINE = Duration.ofSeconds(1);
  private static final String REJECTED = "RESOURCE_EXHAUSTED";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** A response, and how long it took. */
  public record Response(HttpResponse<String> response, Duration took) {
    public int status() {
      return response.statusCode();
    }

    /**
     * Returns whether the page may lack content only because this machine was busy: a call may have
     * missed its deadline, or a service has rejected one. A page omits optional content that is
     * late; it is 503 if its main content is late, which can take a second.
     */
    boolean isExcusable() {
      return status() == 200 && took.compareTo(HomePage.DEADLINE) >= 0
          || status() == 503 && took.compareTo(ORDERS_DEADLINE) >= 0
          || isRejected();
    }

    /** Returns whether a service was overloaded and rejected a call, as the page footer says. */
    public boolean isRejected() {
      return text().contains(REJECTED)
          && page().select(".served .call").stream()
              .anyMatch(call -> call.text().contains(" " + REJECTED));
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

    /** Returns the number of list items without attributes, which the tutorial's test counts. */
    int bareListItems() {
      return response.body().split("<li>", -1).length - 1;
    }

    /** Returns the content that the page reports as missing, in page order. */
    public List<String> missing() {
      return page().select(".notice[data-missing]").eachAttr("data-missing");
    }
  }

  /** Returns a visitor of the shop on this port. */
  public static Visitor of(int port) {
    return new Visitor(
        port,
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build());
  }

  /** Opens a page; fails without a response. */
  public Response get(String path) {
    return send(HttpRequest.newBuilder().GET(), path);
  }

  /**
   * Opens a page, and repeats that for some seconds while the page lacks content: on a busy
   * machine, a working backend can miss a deadline.
   */
  public Response open(String path) {
    var until = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      var response = get(path);
      var complete = response.status() != 503 && response.missing().isEmpty();
      if (complete || System.nanoTime() > until) {
        return response;
      }
    }
  }

  /** Sends a request; fails without a response. */
  Response send(HttpRequest.Builder request, String path) {
    try {
      return tryToSend(request, path);
    } catch (IOException e) {
      throw new AssertionError("no response to " + path, e);
    }
  }

  /** Opens a page; throws without a response. */
  Response tryToGet(String path) throws IOException {
    return tryToSend(HttpRequest.newBuilder().GET(), path);
  }

  /** Sends a request; throws without a response. */
  public Response tryToSend(HttpRequest.Builder request, String path) throws IOException {
    var uri = URI.create("http://127.0.0.1:" + port + path);
    try {
      var begin = System.nanoTime();
      var response =
          http.send(
              request.uri(uri).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
      return new Response(response, Duration.ofNanos(System.nanoTime() - begin));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
