package dev.bookmarket.runtime.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Sends gRPC frame by frame, so that it can violate the protocol. Not thread-safe. */
public final class RawGrpc implements AutoCloseable {
  public static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  private static final int MAX_FRAME = 16_384;
  private static final Pattern STATUS =
      Pattern.compile("grpc-status(?:\\x01(?=\\d)|\\x02(?=\\d\\d))(\\d+)");

  private final Socket socket;
  private int lastStream = -1;

  private RawGrpc(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
  }

  /** Connects without sending anything. */
  static RawGrpc to(int port) {
    try {
      return new RawGrpc(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects like an HTTP/2 client. */
  public static RawGrpc http2(int port) {
    return to(port)
        .send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1))
        .frame(SETTINGS, 0, 0, new byte[0]);
  }

  /** Calls with one message on a new connection; returns the gRPC status. */
  static int statusOf(int port, String path, Map<String, String> headers, byte[] message) {
    try (var connection = http2(port).call(path, headers).data(message)) {
      var answer = new ByteArrayOutputStream();
      while (true) {
        var status = STATUS.matcher(answer.toString(ISO_8859_1));
        if (status.find()) {
          return Integer.parseInt(status.group(1));
        }
        answer.write(connection.read());
      }
    }
  }

  /** Returns a message with the compression flag and the length before it. */
  public static byte[] message(int compressed, byte[] bytes) {
    return concat(new byte[] {(byte) compressed}, number(4, bytes.length), bytes);
  }

  /** Returns what precedes a message of this many bytes. */
  static byte[] start(int length) {
    return concat(new byte[1], number(4, length));
  }

  /** Starts a call of the method at that path. */
  public RawGrpc call(String path, Map<String, String> more) {
    var block =
        concat(
            header(":method", more.getOrDefault(":method", "POST")),
            header(":scheme", "http"),
            header(":path", path),
            header(":authority", more.getOrDefault(":authority", "localhost")),
            header("content-type", more.getOrDefault("content-type", "application/grpc")),
            header("te", more.getOrDefault("te", "trailers")));
    for (var each : more.entrySet()) {
      if (!List.of(":method", ":authority", "content-type", "te").contains(each.getKey())) {
        block = concat(block, header(each.getKey(), each.getValue()));
      }
    }
    lastStream += 2;
    var type = HEADERS;
    for (int at = 0; at < block.length; at += MAX_FRAME) {
      var end = Math.min(block.length, at + MAX_FRAME);
      frame(type, end == block.length ? 4 : 0, lastStream, copy(block, at, end));
      type = CONTINUATION;
    }
    return this;
  }

  /** Sends the last data of the last call. */
  public RawGrpc data(byte[] bytes) {
    return frame(DATA, 1, lastStream, bytes);
  }

  /** Sends data of the last call that is not the last. */
  RawGrpc part(byte[] bytes) {
    return frame(DATA, 0, lastStream, bytes);
  }

  /** Sends many parts of the last call at once. */
  RawGrpc parts(int count, byte[] bytes) {
    var frame = frameOf(DATA, 0, lastStream, bytes);
    var all = new ByteArrayOutputStream();
    for (int part = 0; part < count; part++) {
      all.writeBytes(frame);
    }
    return send(all.toByteArray());
  }

  /** Returns the frames of the response to the last call, each with its nine bytes of header. */
  public List<byte[]> response() {
    var frames = new ArrayList<byte[]>();
    while (true) {
      var header = read(9);
      var frame = concat(header, read(number(header, 0, 3)));
      if (number(header, 5, 4) == lastStream) {
        frames.add(frame);
        if ((header[3] == DATA || header[3] == HEADERS) && (header[4] & 1) == 1) {
          return frames;
        }
      }
    }
  }

  /** Waits until the server has read everything so far; throws if it closes the connection. */
  void awaitRead() {
    frame(SETTINGS, 0, 0, new byte[0]);
    var answer = new ByteArrayOutputStream();
    while (!answer.toString(ISO_8859_1).endsWith("\0\0\0\4\1\0\0\0\0")) { // acknowledged
      answer.write(read());
    }
  }

  /** Cancels the last call. */
  RawGrpc reset() {
    return frame(RST_STREAM, 0, lastStream, number(4, 8));
  }

  RawGrpc frame(int type, int flags, int stream, byte[] payload) {
    return send(frameOf(type, flags, stream, payload));
  }

  private static byte[] frameOf(int type, int flags, int stream, byte[] payload) {
    return concat(
        number(3, payload.length),
        new byte[] {(byte) type, (byte) flags},
        number(4, stream),
        payload);
  }

  /** Sends these bytes, unless the server has closed the connection. */
  RawGrpc send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      // the server has closed the connection, which also rejects the call
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Reads until the server closes the connection or responds to a ping. */
  void awaitAnswer() {
    frame(PING, 0, 0, "the last".getBytes(ISO_8859_1));
    var answer = new ByteArrayOutputStream();
    try {
      while (!answer.toString(ISO_8859_1).contains("the last")) {
        answer.write(read());
      }
    } catch (IllegalStateException | UncheckedIOException e) {
      // closed
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int read() {
    try {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IllegalStateException("the server has closed the connection");
      }
      return next;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] read(int count) {
    var bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) read();
    }
    return bytes;
  }

  /** Returns a header that is neither indexed nor Huffman-coded. */
  private static byte[] header(String name, String value) {
    return concat(new byte[1], text(name), text(value));
  }

  private static byte[] text(String text) {
    var length = new ByteArrayOutputStream();
    int left = text.length();
    if (left < 127) {
      length.write(left);
    } else {
      length.write(127);
      for (left -= 127; left >= 128; left /= 128) {
        length.write(left % 128 + 128);
      }
      length.write(left);
    }
    return concat(length.toByteArray(), text.getBytes(ISO_8859_1));
  }

  private static byte[] number(int bytes, int value) {
    var number = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      number[i] = (byte) (value >>> 8 * (bytes - 1 - i));
    }
    return number;
  }

  private static int number(byte[] bytes, int from, int count) {
    return IntStream.range(from, from + count).reduce(0, (sum, i) -> sum * 256 + (bytes[i] & 255));
  }

  private static byte[] copy(byte[] bytes, int from, int to) {
    return java.util.Arrays.copyOfRange(bytes, from, to);
  }

  private static byte[] concat(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (var part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
