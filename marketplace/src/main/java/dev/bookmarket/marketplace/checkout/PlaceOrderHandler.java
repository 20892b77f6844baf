package dev.bookmarket.marketplace.checkout;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.bookmarket.marketplace.basket.BasketCookie;
import dev.bookmarket.marketplace.basket.BasketLine;
import dev.bookmarket.marketplace.orders.VisitorCookie;
import dev.bookmarket.marketplace.web.ExceptionHandlers;
import dev.bookmarket.marketplace.web.FlashNotice;
import dev.bookmarket.marketplace.web.Form;
import dev.bookmarket.marketplace.web.Templates;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Reads the checkout's form, places the order, and redirects to it or shows the form again. */
public record PlaceOrderHandler(Checkout checkout, Templates templates, Executor executor)
    implements Handler {
  private static final int MAX_THREADS = 16;
  private static final int MAX_QUEUED = 100;
  private static final Duration MAX_QUEUE_TIME = Duration.ofSeconds(2);

  /** Creates a handler with its own threads, because a checkout blocks. */
  public PlaceOrderHandler(Checkout checkout, Templates templates) {
    this(checkout, templates, newThreadPool());
  }

  @Override
  public void handle(Context ctx) {
    var form = Form.of(ctx);
    var attempt =
        new CheckoutAttempt(
            VisitorCookie.read(ctx),
            BasketCookie.read(ctx),
            form.text("key"),
            BasketLine.parse(form.text("shown")).orElse(List.of()),
            new DeliveryForm(form.text("name"), form.text("phone"), form.text("address")));
    if (attempt.visitor().isEmpty()) {
      VisitorCookie.renew(ctx);
    }
    ctx.future(() -> place(attempt).thenAccept(outcome -> respond(ctx, outcome)));
  }

  private CompletableFuture<Outcome> place(CheckoutAttempt attempt) {
    long submitted = System.nanoTime();
    try {
      return CompletableFuture.supplyAsync(
          () ->
              System.nanoTime() - submitted < MAX_QUEUE_TIME.toNanos()
                  ? checkout.place(attempt)
                  : checkout.reject(attempt),
          // Keep gRPC's context: the call log of this request must record the calls.
          io.grpc.Context.currentContextExecutor(executor));
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(checkout.reject(attempt));
    }
  }

  private void respond(Context ctx, Outcome outcome) {
    if (outcome instanceof Outcome.Placed placed) {
      BasketCookie.removeOrdered(ctx, placed.order());
      FlashNotice.leave(ctx, placed.notice(), placed.order().id());
      ctx.redirect("/orders/" + placed.order().id(), HttpStatus.SEE_OTHER);
    } else if (outcome instanceof Outcome.ShowForm form) {
      form.changedBasket().ifPresent(basket -> BasketCookie.write(ctx, basket));
      ctx.status(form.page().status());
      if (form.page().isOutage()) {
        ctx.header("Retry-After", ExceptionHandlers.RETRY_AFTER);
      }
      templates.render(ctx, "checkout", form.page());
    } else {
      ctx.redirect("/basket", HttpStatus.SEE_OTHER);
    }
  }

  private static Executor newThreadPool() {
    var threads =
        new ThreadPoolExecutor(
            MAX_THREADS,
            MAX_THREADS,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_QUEUED),
            new ThreadFactoryBuilder().setNameFormat("checkout-%d").setDaemon(true).build());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
