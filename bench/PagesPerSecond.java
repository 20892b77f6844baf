import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests pages over keep-alive connections and prints pages per second, CPU time per page and latency; see
 * pages-per-second. Each argument is NAME=URL or NAME=URL#PID,PID, where the sum of the CPU time of these processes is
 * reported. A URL such as http://trace=on@HOST:PORT/ is requested with that cookie.
 */
public class PagesPerSecond {
  private static final int CONNECTIONS = Integer.getInteger("connections", 32);
  private static final int ROUNDS = Integer.getInteger("rounds", 3);
  private static final String BASKET =
      "basket=1.aBasketForTheBenchmark.o.1-1-1299_2-1-1299_3-1-1299_4-1-1299_5-1-1299_6-1-1299_7-1-1299_8-1-1299"
          + "_9-1-1299_10-1-1299.";

  /** The microseconds that each successful page took, in ascending order. */
  private record Result(long[] micros, int failed, double seconds, double cpuSeconds) {
    double perSecond() {
      return micros.length / seconds;
    }

    double cpuMicros() {
      return micros.length == 0 ? 0 : cpuSeconds * 1e6 / micros.length;
    }

    double millis(int percent) {
      return micros.length == 0 ? 0 : micros[(int) ((long) micros.length * percent / 100)] / 1000.0;
    }
  }

  public static void main(String[] arguments) throws Exception {
    int seconds = Integer.parseInt(arguments[0]);
    var pages = new LinkedHashMap<String, String>();
    for (var page : Arrays.asList(arguments).subList(1, arguments.length)) {
      pages.put(page.substring(0, page.indexOf('=')), page.substring(page.indexOf('=') + 1));
    }
    for (var url : pages.values()) {
      measure(url, Integer.getInteger("warm-up", 20), 0);
    }
    var rounds = new LinkedHashMap<String, List<Result>>();
    for (int round = 0; round < ROUNDS; round++) {
      for (var page : pages.entrySet()) {
        rounds.computeIfAbsent(page.getKey(), name -> new ArrayList<>()).add(measure(page.getValue(), seconds, 0));
      }
    }
    var first = median(rounds.values().iterator().next());
    print("%-22s %9s %8s %9s %9s %9s %9s%n", "page", "pages/s", "ratio", "CPU µs", "p50 ms", "p99 ms", "failed");
    for (var page : rounds.entrySet()) {
      var result = median(page.getValue());
      print(
          "%-22s %9.0f %8.2f %9.0f %9.2f %9.2f %9d%n",
          page.getKey(), result.perSecond(), result.perSecond() / first.perSecond(), result.cpuMicros(),
          result.millis(50), result.millis(99), page.getValue().stream().mapToInt(Result::failed).sum());
    }
    if (pages.containsKey("home")) {
      double half = median(rounds.get("home")).perSecond() / 2;
      var result = measure(pages.get("home"), seconds, half);
      print(
          "home at %.0f pages/s, half of its maximum: p50 %.2f ms, p99 %.2f ms, p99 / p50 %.1f%n",
          half, result.millis(50), result.millis(99), result.millis(99) / result.millis(50));
    }
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }

  private static Result median(List<Result> results) {
    return results.stream()
        .sorted((one, other) -> Double.compare(one.perSecond(), other.perSecond()))
        .skip(results.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  /** Requests a page as fast as possible, or with {@code rate} above 0 so many times a second. */
  private static Result measure(String page, int seconds, double rate) throws Exception {
    var url = URI.create(page);
    double cpu = cpuSeconds(url.getFragment());
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    var scheduled = new AtomicLong();
    var clients = new ArrayList<Callable<List<Long>>>();
    for (int i = 0; i < CONNECTIONS; i++) {
      clients.add(() -> client(url, start, end, rate, scheduled));
    }
    var threads = Executors.newFixedThreadPool(CONNECTIONS);
    var micros = new ArrayList<Long>();
    try {
      for (var client : threads.invokeAll(clients)) {
        micros.addAll(client.get());
      }
    } finally {
      threads.shutdown();
    }
    return new Result(
        micros.stream().mapToLong(each -> each).filter(each -> each >= 0).sorted().toArray(),
        (int) micros.stream().filter(each -> each < 0).count(),
        (System.nanoTime() - start) / 1e9,
        cpuSeconds(url.getFragment()) - cpu);
  }

  /** Returns the microseconds of each page, counted from its scheduled time, or -1 for a failure. */
  private static List<Long> client(URI url, long start, long end, double rate, AtomicLong scheduled) throws Exception {
    var path = url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
    var cookie = path.equals("/basket") ? BASKET : url.getUserInfo();
    var request =
        ("GET " + path + " HTTP/1.1\r\nHost: " + url.getHost() + ":" + url.getPort()
                + (cookie == null ? "" : "\r\nCookie: " + cookie) + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    var micros = new ArrayList<Long>();
    var response = new byte[16 * 1024];
    while (System.nanoTime() < end) {
      try (var socket = new Socket(url.getHost(), url.getPort())) {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        var input = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        while (true) {
          long begin = System.nanoTime();
          if (rate > 0) {
            begin = start + (long) (scheduled.getAndIncrement() * 1e9 / rate);
            TimeUnit.NANOSECONDS.sleep(begin - System.nanoTime());
          }
          if (begin >= end) {
            return micros;
          }
          socket.getOutputStream().write(request);
          boolean ok = read(input, response);
          micros.add(ok ? (System.nanoTime() - begin) / 1000 : -1);
        }
      } catch (IOException e) {
        micros.add(-1L);
        Thread.sleep(10);
      }
    }
    return micros;
  }

  /** Reads one response; returns whether its status is 200. */
  private static boolean read(InputStream input, byte[] buffer) throws IOException {
    boolean ok = line(input).contains(" 200");
    int length = 0;
    boolean chunked = false;
    for (var header = line(input); !header.isEmpty(); header = line(input)) {
      var lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).strip());
      }
      chunked |= lower.startsWith("transfer-encoding:");
    }
    if (!chunked) {
      skip(input, length, buffer);
      return ok;
    }
    for (int size = Integer.parseInt(line(input), 16); size > 0; size = Integer.parseInt(line(input), 16)) {
      skip(input, size + 2, buffer);
    }
    line(input);
    return ok;
  }

  private static void skip(InputStream input, int length, byte[] buffer) throws IOException {
    for (int rest = length; rest > 0; ) {
      int read = input.read(buffer, 0, Math.min(rest, buffer.length));
      if (read < 0) {
        throw new EOFException();
      }
      rest -= read;
    }
  }

  private static String line(InputStream input) throws IOException {
    var line = new StringBuilder();
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0) {
        throw new EOFException();
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  /** Returns user and system time of processes in seconds (/proc/PID/stat), or 0 without a process. */
  private static double cpuSeconds(String pids) throws IOException {
    double seconds = 0;
    for (var pid : pids == null ? new String[0] : pids.split(",")) {
      var fields = Files.readString(Path.of("/proc/" + pid + "/stat")).replaceFirst(".*\\) ", "").split(" ");
      seconds += (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }
    return seconds;
  }
}
