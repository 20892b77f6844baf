package dev.bookmarket.marketplace.server;

import com.google.common.util.concurrent.MoreExecutors;
import dev.bookmarket.marketplace.jsonrpc.JsonRpcHandler;
import dev.bookmarket.marketplace.web.RequestBody;
import dev.bookmarket.runtime.ErrorLog;
import dev.bookmarket.runtime.Priority;
import dev.bookmarket.runtime.telemetry.AdmissionMetrics;
import io.grpc.Context;
import io.opentelemetry.api.metrics.BatchCallback;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the requests that the next handlers process at once, see {@link Admission}. A rejected
 * request gets an error page that is already rendered; one of JSON-RPC gets {@link
 * JsonRpcHandler#REJECTED}, and the handler responds to each call. Health checks are not limited.
 *
 * <p>Jetty's QoSHandler would count a response until the client has read it, reject new requests
 * instead of less important ones, and have one time limit for bursts and overload.
 */
final class AdmissionHandler extends Handler.Wrapper {
  /**
   * Enough to use all processors while requests wait for backends, and few enough that all are
   * processed long before the deadline of a call, 250 ms. If the backends hang, 128 pages/s are
   * served.
   */
  static final int MAX_IN_FLIGHT = Math.max(32, 8 * Runtime.getRuntime().availableProcessors());

  private static final int MAX_WAITING = 512;
  private static final int EXPIRY_INTERVAL_MILLIS = 25;

  /**
   * How long the response to a rejected request is delayed, and how many are delayed at most. Many
   * clients repeat the request at once: without a delay, a few hundred of them would occupy the
   * processors with rejections.
   */
  private static final int REJECTION_DELAY_MILLIS = 500;

  private static final int MAX_DELAYED = 1_000;

  private static final Logger log = LoggerFactory.getLogger(AdmissionHandler.class);
  private static final Set<String> HEALTH_CHECKS = Set.of("/healthz", "/readyz");
  private static final Pattern BASKET = Pattern.compile("/basket|/checkout|/(assets|covers)/.*");

  private final Admission admission =
      new Admission(MAX_IN_FLIGHT, JsonRpcHandler.MAX_IN_FLIGHT, MAX_WAITING, System::nanoTime);
  private final AdmissionMetrics metrics = new AdmissionMetrics("http", Priority.values());
  private final TrustedProxies proxies;
  private final JettyErrors errors;
  private final RequestMemoryBudget memoryBudget;

  /** Answers rejected batches one after another: parsing many at once would need much memory. */
  private final Executor rejections =
      MoreExecutors.newSequentialExecutor(task -> getServer().getThreadPool().execute(task));

  private final AtomicBoolean expiryScheduled = new AtomicBoolean();
  private final AtomicInteger delayed = new AtomicInteger();

  AdmissionHandler(TrustedProxies proxies, JettyErrors errors, RequestMemoryBudget memoryBudget) {
    this.proxies = proxies;
    this.errors = errors;
    this.memoryBudget = memoryBudget;
  }

  /** Observes the requests whenever the metrics are collected, until the result is closed. */
  BatchCallback observe(int port) {
    return metrics.observe(port, admission::inFlight, admission::waiting, () -> MAX_IN_FLIGHT);
  }

  static boolean isHealthCheck(Request request) {
    return HEALTH_CHECKS.contains(request.getHttpURI().getPath());
  }

  /** Returns the priority; files and covers complete a page that has already been served. */
  static Priority priorityOf(Request request) {
    var path = request.getHttpURI().getPath();
    if (path.equals("/checkout") && HttpMethod.POST.is(request.getMethod())) {
      return Priority.ORDER;
    }
    return BASKET.matcher(path).matches()
        ? Priority.BASKET
        : BodyLoader.isJsonRpc(request) ? Priority.LOW : Priority.NORMAL;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (isHealthCheck(request)) {
      return super.handle(request, response, callback);
    }
    var admitted = new Admitted(request, response, callback);
    if (admission.startNow(admitted)) {
      BodyLoader.handle(getHandler(), request, response, admitted);
    } else {
      scheduleExpiry();
    }
    return true;
  }

  private void scheduleExpiry() {
    if (expiryScheduled.compareAndSet(false, true)) {
      getServer()
          .getScheduler()
          .schedule(this::expire, EXPIRY_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void expire() {
    expiryScheduled.set(false);
    if (admission.rejectExpired()) {
      scheduleExpiry();
    }
  }

  /** A request, and the callback that the handlers call when its response is complete. */
  private final class Admitted extends Admission.Task implements Callback {
    private final Request request;
    private final Response response;
    private final Callback callback;

    /** Contains the span of this request. */
    private final Context context = Context.current();

    Admitted(Request request, Response response, Callback callback) {
      super(priorityOf(request), proxies.clientOf(request));
      this.request = request;
      this.response = response;
      this.callback = callback;
    }

    @Override
    void resume() {
      handleLater(this, request.getContext());
    }

    @Override
    void reject() {
      metrics.countRejected(priority());
      if (!BodyLoader.isJsonRpc(request)) {
        request.removeAttribute(RequestBody.ATTRIBUTE);
        memoryBudget.end(request);
      }
      log.atWarn().addMarker(ErrorLog.PEER_FAULT).log("Request rejected because of overload");
      if (delayed.incrementAndGet() <= MAX_DELAYED) {
        getServer()
            .getScheduler()
            .schedule(this::respondWithRejection, REJECTION_DELAY_MILLIS, TimeUnit.MILLISECONDS);
      } else {
        respondWithRejection();
      }
    }

    private void respondWithRejection() {
      delayed.decrementAndGet();
      if (BodyLoader.isJsonRpc(request)) {
        request.setAttribute(JsonRpcHandler.REJECTED, true);
        handleLater(callback, rejections);
        return;
      }
      errors.respond(request, response, HttpStatus.SERVICE_UNAVAILABLE_503, callback);
    }

    /** Handles the request on another thread, because this one belongs to another request. */
    private void handleLater(Callback completed, Executor threads) {
      threads.execute(
          context.wrap(() -> BodyLoader.handle(getHandler(), request, response, completed)));
    }

    @Override
    public void succeeded() {
      admission.end(this);
      callback.succeeded();
    }

    @Override
    public void failed(Throwable failure) {
      admission.end(this);
      callback.failed(failure);
    }
  }
}
