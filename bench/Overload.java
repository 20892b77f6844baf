import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Measures the home page under open loads of multiples of its capacity; see overload. One thread sends all requests over
 * non-blocking connections, because the generator shares the processors with the server.
 */
public class Overload {
  private static final boolean BURSTS = System.getProperty("arrivals").equals("bursts");
  private static final int MAX_CONNECTIONS = 2_000;
  private static final int NORMAL_IN_A_ROW = 20;
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(10);
  private static final Pattern COOKIE = Pattern.compile("\r\nSet-Cookie: ([^=]+)=([^;\r]*)");
  private static final Pattern FIELD = Pattern.compile("name=\"(key|shown)\" value=\"([^\"]*)\"");

  /** A request to send at the time {@code due}; {@code done} receives its response, or status 0 without one. */
  private record Request(byte[] bytes, long due, Consumer<Response> done) {}

  /** A response with its head; {@code millis} counts from the time at which its request was due. */
  private record Response(int status, String text, double millis) {
    /** Returns whether the text ends with the body, of a known length or in chunks. */
    static boolean isComplete(String text) {
      int body = text.indexOf("\r\n\r\n") + 4;
      int length = text.indexOf("\r\nContent-Length: ") + 18;
      return body >= 4 && length >= 18 && length < body
          ? text.length() >= body + Integer.parseInt(text.substring(length, text.indexOf('\r', length)))
          : text.endsWith("\r\n0\r\n\r\n");
    }

    static Response of(String text, double millis) {
      boolean isChunked = text.contains("\r\nTransfer-Encoding: chunked\r\n");
      var joined = isChunked ? text.replaceAll("\r\n[0-9a-fA-F]+\r\n", "") : text;
      return new Response(Integer.parseInt(text.substring(9, 12)), joined, millis);
    }

    Outcome outcome() {
      if (status != 200) {
        return status == 503 ? Outcome.REJECTED : Outcome.FAILED;
      }
      boolean isComplete = text.contains("<ul class=\"suggestions\">") && !text.contains("data-missing=");
      return isComplete ? Outcome.COMPLETE : Outcome.DEGRADED;
    }
  }

  /** What the response to a request for the home page is. */
  private enum Outcome { COMPLETE, DEGRADED, REJECTED, FAILED }

  /** The responses to the requests that were due within some seconds. */
  private static final class Result {
    final double load; // relative to the capacity
    final long begin = System.nanoTime();
    final long end;
    final List<Double> served = new ArrayList<>(); // the milliseconds of each page, in ascending order at the end
    final List<Double> late = new ArrayList<>(); // the milliseconds by which each request of an open load was late, likewise
    final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    int completeInTime;
    double generatorCpu = -1; // relative to one processor
    long memoryMiB;

    Result(double load, int seconds) {
      this.load = load;
      end = begin + TimeUnit.SECONDS.toNanos(seconds);
    }

    void add(Response response) {
      counts.merge(response.outcome(), 1, Integer::sum);
      completeInTime += response.outcome() == Outcome.COMPLETE && System.nanoTime() <= end ? 1 : 0;
      if (response.status == 200) {
        served.add(response.millis);
      }
    }

    double perSecond(double count) {
      return count * 1e9 / (end - begin);
    }

    double goodput() {
      return perSecond(completeInTime);
    }

    double rejections() {
      return perSecond(counts.getOrDefault(Outcome.REJECTED, 0));
    }

    double percent(Outcome outcome) {
      return 100.0 * counts.getOrDefault(outcome, 0) / late.size();
    }

    double millis(int percent) {
      return percentile(served, percent);
    }

    static double percentile(List<Double> values, int percent) {
      return values.isEmpty() ? 0 : values.get((int) ((long) values.size() * percent / 100));
    }
  }

  /** A keep-alive connection with at most one request. */
  private static final class Connection {
    final SocketChannel channel = SocketChannel.open();
    Request request;
    String received = "";

    Connection() throws IOException {}
  }

  private final URI url;
  private final byte[] home;
  private final Selector selector = Selector.open();
  private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
  private final ArrayDeque<Connection> idle = new ArrayDeque<>();
  private final ArrayDeque<Request> waiting = new ArrayDeque<>(); // for a connection
  private final PriorityQueue<Request> later = new PriorityQueue<>(Comparator.comparingLong(Request::due));
  private int connections;
  private int unanswered;
  private int normalInARow;
  private double recoverySeconds; // 60 if there was no recovery

  private Overload(URI url) throws IOException {
    this.url = url;
    home = bytes("GET", "/", Map.of(), Map.of());
  }

  public static void main(String[] arguments) throws Exception {
    new Overload(URI.create(arguments[1])).measure(Integer.parseInt(arguments[0]), Path.of(arguments[2]));
  }

  private void measure(int seconds, Path picture) throws Exception {
    closed(32, Integer.getInteger("warm-up"));
    double capacity = Double.parseDouble(System.getProperty("capacity"));
    if (capacity == 0) {
      var rounds = new ArrayList<Long>();
      for (double last = 0; !(Math.abs(capacity / last - 1) < 0.05) && rounds.size() < 8; rounds.add(Math.round(capacity))) {
        last = capacity;
        capacity = closed(32, seconds).goodput();
      }
      print("capacity: the last of %s complete pages/s%n", rounds);
    }
    if (capacity == 0) {
      throw new IllegalStateException("no home page is complete");
    }
    double unloaded = closed(1, 2).millis(99);
    var visitors = IntStream.range(0, Integer.getInteger("orders")).mapToObj(i -> new Visitor()).toList();
    for (var visitor : visitors) {
      visitor.openCheckout();
      run(new Result(0, 0), LongStream.empty());
    }
    var steps = new ArrayList<Result>();
    for (var loads = Stream.of(System.getProperty("steps").split(",")).iterator(); loads.hasNext(); ) {
      var step = new Result(Double.parseDouble(loads.next()), seconds);
      if (!loads.hasNext()) {
        long pause = TimeUnit.SECONDS.toNanos(Math.max(1, seconds - 3)) / Math.max(1, visitors.size());
        visitors.forEach(visitor -> visitor.submit(step.begin + pause * visitors.indexOf(visitor)));
        repeat(step.end, response -> isRecovering(response, unloaded * 3, step.end));
      }
      steps.add(run(step, arrivals(step, step.load * capacity)));
    }
    printTable(steps);
    print("normal service %.2f s after the last step: %d pages", recoverySeconds, normalInARow);
    print(" in a row took less than 3 x %.1f ms, the p99 without load%n", unloaded);
    if (!visitors.isEmpty()) {
      printOrders(visitors);
    }
    Files.writeString(picture, picture(steps, capacity, seconds));
    System.out.println(picture);
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }

  private static void printTable(List<Result> steps) {
    double best = max(steps, Result::goodput);
    double reference = steps.stream().filter(step -> step.load == 0.8).findFirst().orElse(steps.get(0)).millis(99);
    print(
        "%n%4s %9s %9s %7s %6s %6s %10s %8s %7s %7s %9s %7s %13s %12s%n", "load", "offered/s", "goodput/s", "of best", "503/s",
        "503 %", "degraded %", "failed %", "p50 ms", "p99 ms", "p99 ratio", "RSS MiB", "generator CPU", "late p99 ms");
    for (var step : steps) {
      print(
          "%4.1f %9.0f %9.0f %7.2f %6.0f %6.2f %10.2f %8.2f %7.1f %7.1f %9.2f %7d %11.0f %% %12.1f%n", step.load,
          step.perSecond(step.late.size()), step.goodput(), step.goodput() / best, step.rejections(),
          step.percent(Outcome.REJECTED), step.percent(Outcome.DEGRADED), step.percent(Outcome.FAILED), step.millis(50), step.millis(99),
          step.millis(99) / reference, step.memoryMiB, step.generatorCpu * 100, Result.percentile(step.late, 99));
    }
  }

  private static double max(List<Result> steps, ToDoubleFunction<Result> value) {
    return steps.stream().mapToDouble(value).max().orElseThrow();
  }

  private void printOrders(List<Visitor> visitors) throws IOException {
    for (var visitor : visitors) {
      visitor.countOrders();
      run(new Result(0, 0), LongStream.empty());
    }
    print(
        "%d orders during the last step: placed at submit 1: %d, 2: %d, 3: %d, not placed: %d; stored twice: %d,"
            + " placed but not stored: %d; visitors who saw an unknown outcome: %d, no response: %d%n",
        visitors.size(), count(visitors, each -> each.placedAt == 1), count(visitors, each -> each.placedAt == 2),
        count(visitors, each -> each.placedAt == 3), count(visitors, each -> each.placedAt == 0),
        count(visitors, each -> each.stored > 1), count(visitors, each -> each.placedAt > 0 && each.stored == 0),
        count(visitors, each -> each.sawUnknownOutcome), count(visitors, each -> each.sawNoResponse));
  }

  private static long count(List<Visitor> visitors, Predicate<Visitor> predicate) {
    return visitors.stream().filter(predicate).count();
  }

  /** Requests the home page over that many connections, each as fast as the server responds. */
  private Result closed(int connections, int seconds) throws IOException {
    var result = new Result(0, seconds);
    for (int i = 0; i < connections; i++) {
      repeat(result.begin, response -> {
        result.add(response);
        return System.nanoTime() < result.end;
      });
    }
    return run(result, LongStream.empty());
  }

  /** Requests the home page once, and again after each response for which the predicate returns true. */
  private void repeat(long due, Predicate<Response> again) {
    schedule(home, due, response -> {
      if (again.test(response)) {
        repeat(System.nanoTime(), again);
      }
    });
  }

  /** Returns the times at which pages are due, at a rate that does not depend on the server. */
  private static LongStream arrivals(Result step, double rate) {
    if (BURSTS) {
      return LongStream.iterate(step.begin, due -> due < step.end, due -> due + (long) (200 * 1e9 / rate))
          .flatMap(due -> LongStream.generate(() -> due).limit(200));
    }
    var random = new Random(1); // for a Poisson process
    return LongStream.iterate(
        step.begin, due -> due < step.end, due -> due + (long) (-Math.log(1 - random.nextDouble()) * 1e9 / rate));
  }

  /** Measures the seconds until enough pages in a row are complete and took less than {@code maxMillis}. */
  private boolean isRecovering(Response response, double maxMillis, long end) {
    normalInARow = response.outcome() == Outcome.COMPLETE && response.millis < maxMillis ? normalInARow + 1 : 0;
    recoverySeconds = (System.nanoTime() - end) / 1e9;
    return normalInARow < NORMAL_IN_A_ROW && recoverySeconds < 60;
  }

  private byte[] bytes(String method, String path, Map<String, String> cookies, Map<String, String> form) {
    var cookie = cookies.entrySet().stream().map(Object::toString).collect(Collectors.joining("; "));
    var body = form.entrySet().stream()
        .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
    return (method + " " + path + " HTTP/1.1\r\nHost: " + url.getAuthority()
            + (cookies.isEmpty() ? "" : "\r\nCookie: " + cookie)
            + (form.isEmpty() ? "" : "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body.length())
            + "\r\n\r\n" + body)
        .getBytes(ISO_8859_1);
  }

  /** Adds a request that gets a connection of its own if {@link #MAX_CONNECTIONS} are busy. */
  private void schedule(byte[] bytes, long due, Consumer<Response> done) {
    unanswered++;
    later.add(new Request(bytes, due, done));
  }

  /** Sends requests when they are due, until all have a response; the arrivals count for the result. */
  private Result run(Result result, LongStream arrivals) throws IOException {
    var cpu = cpuTime();
    var dues = arrivals.iterator();
    long next = dues.hasNext() ? dues.nextLong() : Long.MAX_VALUE;
    long timeoutsChecked = 0;
    for (long now = System.nanoTime(); now < result.end || unanswered > 0 || result.generatorCpu < 0; now = System.nanoTime()) {
      for (; next <= now; next = dues.hasNext() ? dues.nextLong() : Long.MAX_VALUE) {
        unanswered++;
        result.late.add((now - next) / 1e6);
        waiting.add(new Request(home, next, result::add));
      }
      while (!later.isEmpty() && later.peek().due <= now) {
        send(later.poll());
      }
      while (!waiting.isEmpty() && (connections < MAX_CONNECTIONS || !idle.isEmpty())) {
        send(waiting.poll());
      }
      while (!waiting.isEmpty() && (now >= result.end || waiting.peek().due + TIMEOUT < now)) {
        fail(waiting.poll());
      }
      if (now - timeoutsChecked > 100_000_000) {
        timeoutsChecked = now;
        for (var key : selector.keys()) {
          var request = ((Connection) key.attachment()).request;
          if (request != null && request.due + TIMEOUT < now) {
            close((Connection) key.attachment());
          }
        }
      }
      if (now >= result.end && result.generatorCpu < 0) {
        result.generatorCpu = cpuTime().minus(cpu).toNanos() / (double) (now - result.begin);
        result.memoryMiB = memoryMiB();
      }
      await(Math.min(next, later.isEmpty() ? Long.MAX_VALUE : later.peek().due) - now);
    }
    Collections.sort(result.served);
    Collections.sort(result.late);
    return result;
  }

  /** Handles responses; waits for them at most that time, or 0.1 s. */
  private void await(long nanos) throws IOException {
    if (nanos < 1_000_000) { // the resolution of select
      LockSupport.parkNanos(Math.min(100_000, nanos));
      selector.selectNow();
    } else {
      selector.select(Math.min(100, nanos / 1_000_000));
    }
    for (var key : selector.selectedKeys()) {
      var connection = (Connection) key.attachment();
      try {
        if (key.isConnectable()) {
          connection.channel.finishConnect();
          key.interestOps(SelectionKey.OP_READ);
          connection.channel.write(ByteBuffer.wrap(connection.request.bytes));
        } else {
          read(connection);
        }
      } catch (IOException e) {
        close(connection);
      }
    }
    selector.selectedKeys().clear();
  }

  private void send(Request request) throws IOException {
    var connection = idle.isEmpty() ? new Connection() : idle.pop();
    connection.request = request;
    try {
      if (connection.channel.isConnected()) {
        connection.channel.write(ByteBuffer.wrap(request.bytes)); // fits into the buffer of an idle socket
      } else {
        connections++;
        connection.channel.configureBlocking(false);
        connection.channel.connect(new InetSocketAddress(url.getHost(), url.getPort()));
        connection.channel.register(selector, SelectionKey.OP_CONNECT, connection);
      }
    } catch (IOException e) {
      close(connection);
    }
  }

  private void read(Connection connection) throws IOException {
    int length = connection.channel.read(buffer.clear());
    var request = connection.request;
    if (length < 0 || request == null) {
      close(connection);
      return;
    }
    connection.received += new String(buffer.array(), 0, length, ISO_8859_1);
    if (Response.isComplete(connection.received)) {
      var response = Response.of(connection.received, (System.nanoTime() - request.due) / 1e6);
      connection.request = null;
      connection.received = "";
      if (response.text.contains("\r\nConnection: close\r\n")) {
        close(connection);
      } else {
        idle.push(connection);
      }
      unanswered--;
      request.done.accept(response);
    }
  }

  private void close(Connection connection) throws IOException {
    connections--;
    idle.remove(connection);
    connection.channel.close();
    if (connection.request != null) {
      fail(connection.request);
    }
  }

  private void fail(Request request) {
    unanswered--;
    request.done.accept(new Response(0, "", 0));
  }

  private static Duration cpuTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Returns the resident memory of the process in the URL's fragment. */
  private long memoryMiB() throws IOException {
    var status = Files.readString(Path.of("/proc/" + url.getFragment() + "/status"));
    return Long.parseLong(status.replaceFirst("(?s).*VmRSS:\\s*(\\d+).*", "$1")) / 1024;
  }

  /** A visitor who orders one book. */
  private final class Visitor {
    final Map<String, String> cookies = new HashMap<>();
    final Map<String, String> form = new HashMap<>(Map.of("name", "Ada", "phone", "12990", "address", "1 Main Street"));
    int submits;
    int placedAt; // the number of the submit, or 0
    int stored;
    boolean sawUnknownOutcome;
    boolean sawNoResponse;

    /** Sends a request; stores the cookies and the form of its response. */
    private void send(String method, String path, Map<String, String> fields, long due, Consumer<Response> done) {
      schedule(bytes(method, path, cookies, fields), due, response -> {
        COOKIE.matcher(response.text).results().forEach(cookie -> cookies.put(cookie.group(1), cookie.group(2)));
        FIELD.matcher(response.text).results().forEach(field -> form.put(field.group(1), field.group(2)));
        done.accept(response);
      });
    }

    /** Puts a book into the basket and opens the checkout, until that succeeds. */
    void openCheckout() {
      send("POST", "/basket", Map.of("change", "add", "book", "1", "quantity", "1"), System.nanoTime(), added ->
          send("GET", "/checkout", Map.of(), System.nanoTime(), opened -> {
            if (!form.containsKey("key")) {
              openCheckout();
            }
          }));
    }

    /** Submits the form, and up to two more times a second after the response. */
    void submit(long due) {
      send("POST", "/checkout", form, due, response -> {
        submits++;
        sawUnknownOutcome |= response.text.contains("data-notice=\"outcome_unknown\"");
        sawNoResponse |= response.status == 0;
        if (response.status == 303 && response.text.contains("/orders/")) {
          placedAt = submits;
        } else if (submits < 3) {
          submit(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
        }
      });
    }

    void countOrders() {
      send("GET", "/orders", Map.of(), System.nanoTime(), response -> {
        stored = response.text.split("<li class=\"order\"", -1).length - 1;
        if (response.status != 200) {
          countOrders();
        }
      });
    }
  }

  /** Returns two diagrams over the offered load as SVG: pages per second relative to the capacity, and p99. */
  private static String picture(List<Result> steps, double capacity, int seconds) {
    ToDoubleFunction<Result> goodput = step -> step.goodput() / capacity;
    ToDoubleFunction<Result> rejected = step -> step.rejections() / capacity;
    ToDoubleFunction<Result> decades = step -> Math.log10(Math.max(1, step.millis(99)));
    double maxLoad = Math.ceil(max(steps, step -> step.load));
    int halves = (int) Math.ceil(2 * Math.max(1.5, Math.max(max(steps, goodput), max(steps, rejected))));
    int maxDecade = (int) Math.ceil(Math.max(1, max(steps, decades)));
    var rates = new Diagram(50, maxLoad, halves / 2.0);
    var latency = new Diagram(470, maxLoad, maxDecade);
    return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 340" role="img">
        <title>Complete and rejected home pages per second, and their latency, against the offered load</title>
        <style>
        svg { --paper: #fff; --ink: #222; --rule: #ddd; --good: #1f5fa8; --rejected: #b3261e }
        @media (prefers-color-scheme: dark) {
          svg { --paper: #1a1714; --ink: #ece4d6; --rule: #4a423a; --good: #8ebcf5; --rejected: #f2a08f }
        }
        rect { fill: var(--paper) } path { fill: none; stroke: var(--rule); stroke-linecap: round }
        text { font: 13px system-ui, sans-serif; fill: var(--ink); text-anchor: middle } .left { text-anchor: start }
        .good { stroke: var(--good); stroke-width: 2.5 } .rejected { stroke: var(--rejected); stroke-width: 2.5 }
        .ideal { stroke: var(--ink); stroke-dasharray: 1 6 } .rejected.line { stroke-dasharray: 8 5 } .dots { stroke-width: 8 }
        </style>
        <rect width="800" height="340"/>
        <text class="left" x="50" y="24">home pages/s, relative to the capacity</text>
        <path class="good" d="M50 41h28"/><text class="left" x="86" y="45">complete</text>
        <path class="rejected line" d="M160 41h28"/><text class="left" x="196" y="45">rejected (503)</text>
        <path class="ideal" d="M300 41h28"/><text class="left" x="336" y="45">ideal</text>
        <text class="left" x="470" y="24">99th percentile of served pages, ms</text>
        <text x="400" y="330">offered load, relative to the capacity of %.0f pages/s (%s, %d s each)</text>
        %s</svg>
        """
        .formatted(
            capacity, BURSTS ? "bursts of 200" : "Poisson arrivals", seconds,
            rates.grid(halves, i -> String.valueOf(i / 2.0))
                + "<path class=\"ideal\" d=\"M%s L%s L%s\"/>\n".formatted(rates.at(0, 0), rates.at(1, 1), rates.at(maxLoad, 1))
                + rates.line("rejected", steps, rejected)
                + rates.line("good", steps, goodput)
                + latency.grid(maxDecade, i -> String.valueOf((int) Math.pow(10, i)))
                + latency.line("good", steps, decades)
                + latency.values(steps, decades));
  }

  /** A diagram of 300 x 220 units whose origin is at ({@code left}, 280). */
  private record Diagram(int left, double maxX, double maxY) {
    String at(double x, double y) {
      return String.format(Locale.ROOT, "%.1f %.1f", left + 300 * x / maxX, 280 - 220 * y / maxY);
    }

    String text(double x, double y, int dy, int dx, String text) {
      return "<text transform=\"translate(%s)\" x=\"%d\" y=\"%d\">%s</text>\n".formatted(at(x, y), dx, dy, text);
    }

    String grid(int lines, IntFunction<String> label) {
      var svg = new StringBuilder();
      for (int i = 0; i <= lines; i++) {
        double y = i * maxY / lines;
        svg.append("<path d=\"M%sh300\"/>\n".formatted(at(0, y))).append(text(0, y, 4, -24, label.apply(i)));
      }
      for (int load = 0; load <= maxX; load++) {
        svg.append(text(load, 0, 20, 0, String.valueOf(load)));
      }
      return svg.toString();
    }

    String values(List<Result> steps, ToDoubleFunction<Result> decades) {
      var svg = new StringBuilder();
      for (var step : steps) {
        int dy = steps.indexOf(step) % 2 == 0 ? -9 : 20; // values of adjacent steps do not overlap
        svg.append(text(step.load, decades.applyAsDouble(step), dy, 0, String.valueOf(Math.round(step.millis(99)))));
      }
      return svg.toString();
    }

    String line(String style, List<Result> steps, ToDoubleFunction<Result> value) {
      var points = steps.stream().map(step -> at(step.load, value.applyAsDouble(step))).toList();
      return "<path class=\"%s line\" d=\"M%s\"/>\n".formatted(style, String.join(" L", points))
          + "<path class=\"%s dots\" d=\"M%sh0\"/>\n".formatted(style, String.join("h0 M", points));
    }
  }
}
