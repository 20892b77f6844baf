package dev.bookmarket.systemtests;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/** Somebody who opens pages of a shop on this machine; safe for concurrent use. */
record Visitor(int port, HttpClient http) {
  /** An answer, and how long it took to come. */
  record Answer(HttpResponse<String> response, Duration took) {
    int status() {
      return response.statusCode();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    String text() {
      return response.body();
    }

    Document page() {
      return Jsoup.parse(response.body());
    }
  }

  /** A visitor of the shop on that port. */
  static Visitor of(int port) {
    return new Visitor(port, HttpClient.newHttpClient());
  }

  /** Opens a page. */
  Answer get(String path) {
    return send(HttpRequest.newBuilder().GET(), path);
  }

  /** Sends a request for a path. */
  Answer send(HttpRequest.Builder request, String path) {
    var uri = URI.create("http://127.0.0.1:" + port + path);
    try {
      var begin = System.nanoTime();
      var response =
          http.send(
              request.uri(uri).timeout(Duration.ofSeconds(15)).build(),
              HttpResponse.BodyHandlers.ofString());
      return new Answer(response, Duration.ofNanos(System.nanoTime() - begin));
    } catch (IOException e) {
      throw new AssertionError("no answer from " + uri, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
