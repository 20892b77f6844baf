package dev.bookmarket.marketplace;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/**
 * A connection to a shop on this machine that sends arbitrary bytes, including those that an HTTP
 * client rejects.
 */
public final class RawHttp implements AutoCloseable {
  /** A response; the names of its headers are in lower case. */
  public record Response(int status, Map<String, String> headers, String body) {
    /** Returns the value of a header; empty if it is absent. */
    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** Parses the body as HTML. */
    public Document page() {
      return Jsoup.parse(body);
    }

    /** Returns whether the page shows that one of its calls missed its deadline. */
    public boolean missedADeadline() {
      return body.contains("DEADLINE_EXCEEDED");
    }
  }

  private static final int MAX_ATTEMPTS = 20;

  private final Socket socket;
  private final InputStream in;

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Opens a connection. */
  public static RawHttp connect(int port) {
    try {
      var socket = new Socket("127.0.0.1", port);
      socket.setSoTimeout(30_000);
      return new RawHttp(socket);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Opens a connection from an address of this machine, such as 127.0.0.2. */
  public static RawHttp connectFrom(String address, int port) {
    try {
      var local = InetAddress.getByName(address);
      var socket = new Socket(InetAddress.getByName("127.0.0.1"), port, local, 0);
      socket.setSoTimeout(30_000);
      return new RawHttp(socket);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Opens a page on a new connection. */
  public static Response get(int port, String path) {
    return send(port, "GET", path);
  }

  /**
   * Returns the response to a request that changes nothing. Repeats it if a call of the page missed
   * its deadline, because on a busy machine a call to a working backend can take longer.
   */
  public static Response inTime(Supplier<Response> request) {
    var response = request.get();
    for (int i = 1; i < MAX_ATTEMPTS && response.missedADeadline(); i++) {
      response = request.get();
    }
    return response;
  }

  /** Sends a request without a body on a new connection. */
  public static Response send(int port, String method, String path) {
    return exchange(
        port, method + " " + path + " HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
  }

  /** Sends bytes, given as ISO-8859-1, on a new connection. */
  public static Response exchange(int port, String request) {
    try (var connection = connect(port)) {
      connection.send(request);
      return connection.response();
    }
  }

  /** Sends bytes, given as ISO-8859-1. */
  public void send(String request) {
    try {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
    } catch (SocketException e) {
      // The server can respond and close the connection before it has read everything.
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Closes the client's side of the connection. */
  public void finish() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads the response. */
  public Response response() {
    try {
      var statusLine = line(in);
      if (!statusLine.startsWith("HTTP/1.1 ")) {
        throw new AssertionError("not a status line: \"" + statusLine + "\"");
      }
      var headers = new TreeMap<String, String>();
      for (var line = line(in); !line.isEmpty(); line = line(in)) {
        var colon = line.indexOf(':');
        headers.merge(
            line.substring(0, colon).toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip(),
            (first, second) -> first + ", " + second);
      }
      var status = Integer.parseInt(statusLine.split(" ")[1]);
      return new Response(status, headers, new String(body(in, headers), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError("incomplete response", e);
    }
  }

  /** Returns whether a response has begun to arrive. */
  public boolean hasResponse() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until the server closes the connection or sends a byte; returns whether it closed. */
  public boolean isClosed() {
    try {
      return in.read() < 0;
    } catch (SocketException e) {
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
      var body = new ByteArrayOutputStream();
      for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
        body.write(in.readNBytes(size));
        line(in);
      }
      line(in);
      return body.toByteArray();
    }
    if (headers.getOrDefault("connection", "").equals("close")) {
      return in.readAllBytes();
    }
    return in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
  }

  private static int chunkSize(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
