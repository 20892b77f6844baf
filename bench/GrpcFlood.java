import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Floods a gRPC server over plain HTTP/2, frame by frame, because a client library respects limits; see image-memory.
 *
 * <p>Arguments: SECONDS HOST:PORT METHOD MESSAGE (hexadecimal) KIND CONNECTIONS CALLS, with at most CALLS open calls on each
 * connection. Opens a connection again when the server has closed it. Prints how many calls were sent, and how many of them got
 * a response with a message.
 */
public class GrpcFlood {
  /** The largest request that a server accepts. */
  private static final int MAX_REQUEST = 256 * 1024;

  private static final AtomicLong CALLS = new AtomicLong();
  private static final AtomicLong ANSWERED = new AtomicLong();
  private static final AtomicLong CONNECTIONS = new AtomicLong();

  private enum Kind {
    /** Complete calls. */
    CALLS,
    /** Complete calls with the largest request. */
    LARGE,
    /** Calls without a request. */
    OPEN,
    /** Calls that are reset at once. */
    RESET,
    /** Calls with the largest request, of which the last byte is missing. */
    PARTIAL,
    /** Complete calls of a client that reads nothing. */
    UNREAD
  }

  public static void main(String[] arguments) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[0]));
    var address = arguments[1].split(":");
    var kind = Kind.valueOf(arguments[4].toUpperCase(Locale.ROOT));
    var message = HexFormat.of().parseHex(arguments[3]);
    var request = framed(kind == Kind.LARGE || kind == Kind.PARTIAL ? padded(message) : message);
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < Integer.parseInt(arguments[5]); i++) {
      threads.add(
          new Thread(
              () -> {
                while (System.nanoTime() < end) {
                  try (var socket = new Socket(address[0], Integer.parseInt(address[1]))) {
                    CONNECTIONS.incrementAndGet();
                    new GrpcFlood(socket, kind, Integer.parseInt(arguments[6]), end).run(arguments[2], request);
                  } catch (IOException e) {
                    pause(20); // the server is away, or has closed the connection
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (var thread : threads) {
      thread.join();
    }
    System.out.printf(Locale.ROOT, "%d calls, %d answered, %d connections%n", CALLS.get(), ANSWERED.get(), CONNECTIONS.get());
  }

  private final Socket socket;
  private final DataOutputStream out;
  private final Kind kind;
  private final int calls;
  private final long end;
  private final Semaphore free;
  private final Semaphore window = new Semaphore(65_535); // bytes of requests on the connection
  private volatile boolean isClosed;

  private GrpcFlood(Socket socket, Kind kind, int calls, long end) throws IOException {
    this.socket = socket;
    this.kind = kind;
    this.calls = calls;
    this.end = end;
    free = new Semaphore(calls);
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 16 * 1024));
  }

  private void run(String method, byte[] message) throws IOException {
    out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    frame(4, 0, 0, HexFormat.of().parseHex("00047fffffff")); // a window of 2 GiB for each response, and for all
    frame(8, 0, 0, HexFormat.of().parseHex("7fff0000"));
    if (kind != Kind.UNREAD) {
      var reader = new Thread(this::read);
      reader.setDaemon(true);
      reader.start();
    }
    var headers = headers(method);
    boolean limited = kind == Kind.CALLS || kind == Kind.LARGE;
    for (int call = 0; (call < calls || limited || kind == Kind.RESET) && isOpen(); call++) {
      if (limited && !acquire(free, 1)) {
        continue;
      }
      int stream = 1 + 2 * call;
      frame(1, 4, stream, headers);
      CALLS.incrementAndGet();
      if (kind == Kind.RESET) {
        frame(3, 0, stream, new byte[] {0, 0, 0, 8});
      } else if (kind != Kind.OPEN) {
        int length = message.length - (kind == Kind.PARTIAL ? 1 : 0);
        for (int at = 0; at < length && isOpen(); ) {
          int size = Math.min(16_384, length - at);
          if (acquire(window, size)) {
            var part = java.util.Arrays.copyOfRange(message, at, at + size);
            at += size;
            frame(0, at == message.length ? 1 : 0, stream, part);
          }
        }
      }
    }
    flush();
    // Without a reader, the end of the connection is not noticed: open another before the server closes it.
    for (int i = 0; isOpen() && (kind != Kind.UNREAD || i < 150); i++) {
      pause(100);
    }
  }

  private boolean isOpen() {
    return !isClosed && System.nanoTime() < end;
  }

  /** Flushes before it waits, and waits at most 100 ms. */
  private boolean acquire(Semaphore semaphore, int permits) throws IOException {
    try {
      if (kind == Kind.UNREAD || semaphore.tryAcquire(permits)) {
        return true;
      }
      flush();
      return semaphore.tryAcquire(permits, 100, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void read() {
    try {
      var in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), 64 * 1024));
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        var payload = in.readNBytes(length);
        if (type == 0) {
          ANSWERED.incrementAndGet();
          if (length > 0) {
            frame(8, 0, 0, new byte[] {0, 0, (byte) (length >> 8), (byte) length});
          }
        }
        if (type == 3 || ((type == 0 || type == 1) && (flags & 1) != 0)) {
          free.release();
        } else if (type == 8 && stream == 0) {
          window.release(java.nio.ByteBuffer.wrap(payload).getInt());
        } else if ((type == 4 || type == 6) && (flags & 1) == 0) {
          frame(type, 1, 0, type == 4 ? new byte[0] : payload);
          flush();
        } else if (type == 7) {
          isClosed = true; // going away
          return;
        }
      }
    } catch (IOException e) {
      isClosed = true;
    }
  }

  private synchronized void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.write(payload.length >> 16);
    out.writeShort(payload.length);
    out.write(type);
    out.write(flags);
    out.writeInt(stream);
    out.write(payload);
  }

  private synchronized void flush() throws IOException {
    out.flush();
  }

  /** Returns the headers of a call, neither indexed nor Huffman-coded, like the request in container/healthy. */
  private static byte[] headers(String method) throws IOException {
    var block = new ByteArrayOutputStream();
    block.write(HexFormat.of().parseHex("838604"));
    block.write(method.length() + 1);
    block.writeBytes(("/" + method + "\1\11localhost\17\20\20application/grpc\0\2te\10trailers").getBytes("ISO-8859-1"));
    return block.toByteArray();
  }

  /** Returns the message with its prefix of 5 bytes. */
  private static byte[] framed(byte[] message) {
    return java.nio.ByteBuffer.allocate(5 + message.length).put((byte) 0).putInt(message.length).put(message).array();
  }

  /** Returns the message with an unknown field (15), so that it is nearly as long as possible. */
  private static byte[] padded(byte[] message) {
    int padding = MAX_REQUEST - message.length - 16;
    return java.nio.ByteBuffer.allocate(message.length + 4 + padding)
        .put(message)
        .put((byte) 0x7a)
        .put((byte) (padding & 0x7f | 0x80))
        .put((byte) (padding >> 7 & 0x7f | 0x80))
        .put((byte) (padding >> 14))
        .array();
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
