package dev.bookmarket.runtime.client;

import com.google.common.collect.Sets;
import com.google.common.util.concurrent.RateLimiter;
import dev.bookmarket.runtime.telemetry.Telemetry;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.ClientCalls;
import io.grpc.util.MultiChildLoadBalancer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The load-balancing policy {@code round_robin_without_outliers}: like {@code round_robin}, with
 * health checks, but a replica whose calls fail more often than those of the others is ejected,
 * which means that it gets no calls. It gets copies of reads instead, and returns when these have
 * not failed too often for the ejection time. At most half of the replicas are ejected, and they
 * get calls if no other is left.
 *
 * <p>gRPC's own {@code outlier_detection_experimental} counts every status except OK as a failure,
 * so clients could cause ejections; it sends calls to a replica to find out whether it has
 * recovered; and it starts to count again at each DNS response.
 */
final class OutlierDetection extends MultiChildLoadBalancer {
  private static final Logger log = LoggerFactory.getLogger(OutlierDetection.class);

  /** An outlier is a replica with at least {@link #FAULTS} failures in its last calls. */
  private static final int CALLS = 10;

  private static final int FAULTS = 4;

  /** An outlier has at least this many times the failures of the other replicas' mean. */
  private static final int FACTOR = 3;

  private static final Set<Code> FAULT_CODES =
      Sets.immutableEnumSet(Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.INTERNAL, Code.UNKNOWN);

  /** Not counted: the caller stopped waiting, or the replica is overloaded. */
  private static final Set<Code> NEUTRAL_CODES =
      Sets.immutableEnumSet(Code.CANCELLED, Code.RESOURCE_EXHAUSTED);

  private final LongCounter ejections =
      Telemetry.counter(
          "bookmarket.outlier.ejections", "{ejection}", "Replicas that get no more calls.");
  private final Attributes backend;
  private final AtomicInteger next = new AtomicInteger();
  private final Copies copies;
  private volatile List<Replica> rotation = List.of();

  OutlierDetection(Helper helper) {
    super(helper);
    backend = Attributes.of(AttributeKey.stringKey("bookmarket.backend"), helper.getAuthority());
    ejections.add(0, backend);
    copies = Objects.requireNonNull(helper.getNameResolverArgs().getArg(Copies.ARGUMENT));
  }

  /**
   * Also ends ejections, because this is called twice a second, whenever {@link Backend} resolves
   * the name.
   */
  @Override
  public Status acceptResolvedAddresses(ResolvedAddresses addresses) {
    var time = (Duration) Objects.requireNonNull(addresses.getLoadBalancingPolicyConfig());
    copies.replicas.forEach(replica -> replica.returnAfter(time));
    return super.acceptResolvedAddresses(addresses);
  }

  @Override
  protected ChildLbState createChildLbState(Object addresses) {
    return new Replica(addresses);
  }

  @Override
  protected void updateOverallBalancingState() {
    in(ConnectivityState.IDLE).forEach(replica -> replica.getLb().requestConnection());
    var ready = in(ConnectivityState.READY);
    var failed = in(ConnectivityState.TRANSIENT_FAILURE);
    copies.replicas = ready.stream().filter(replica -> replica.isEjected).toList();
    rotation = ready.stream().filter(replica -> !replica.isEjected).toList();
    // A replica that is connecting is about to replace a connection that has reached its maximum
    // age: wait for it.
    var isConnecting = ready.size() + failed.size() < getChildLbStates().size();
    if (rotation.isEmpty() && isConnecting) {
      report(ConnectivityState.CONNECTING, List.of());
    } else if (ready.isEmpty()) {
      report(ConnectivityState.TRANSIENT_FAILURE, failed);
    } else {
      report(ConnectivityState.READY, rotation.isEmpty() ? ready : rotation);
    }
  }

  private List<Replica> in(ConnectivityState state) {
    var all = getChildLbStates().stream().map(Replica.class::cast);
    return all.filter(replica -> replica.getCurrentState() == state).toList();
  }

  private void report(ConnectivityState state, List<Replica> choices) {
    currentConnectivityState = state;
    var picker =
        new SubchannelPicker() {
          @Override
          public PickResult pickSubchannel(PickSubchannelArgs args) {
            return choices.isEmpty()
                ? PickResult.withNoResult()
                : choices.get(Math.floorMod(next.getAndIncrement(), choices.size())).pick(args);
          }
        };
    getHelper().updateBalancingState(state, picker);
  }

  /**
   * Sends copies of reads to the ejected replicas of a channel, and discards the responses. They
   * show whether a replica has recovered, while no caller waits for it. Safe for concurrent use.
   */
  static final class Copies {
    /** Passes the copies from the builder of a channel to its load-balancing policy. */
    static final NameResolver.Args.Key<Copies> ARGUMENT = NameResolver.Args.Key.create("copies");

    private final RateLimiter perSecond = RateLimiter.create(10);
    private volatile List<Replica> replicas = List.of();

    /** Sends a copy of a unary call, unless no replica is ejected or one was sent just before. */
    <Q, A> void send(MethodDescriptor<Q, A> method, CallOptions options, Q request) {
      if (!replicas.isEmpty() && perSecond.tryAcquire()) {
        for (var replica : replicas) {
          // Without the tracers of the caller, of which the copy is no attempt.
          var copy = replica.newCall(method, options.getDeadline());
          // Without the context of the caller, which may end before the copy.
          Context.ROOT.run(() -> ClientCalls.futureUnaryCall(copy, request));
        }
      }
    }
  }

  /** A replica, and the results of its last calls. */
  private final class Replica extends ChildLbState {
    /** One bit for each call, the last one lowest; 1 is a failure. Above them, another 1. */
    private final AtomicLong results = new AtomicLong(1);

    private final ClientStreamTracer.Factory tracers =
        new ClientStreamTracer.Factory() {
          @Override
          public ClientStreamTracer newClientStreamTracer(
              ClientStreamTracer.StreamInfo call, Metadata headers) {
            return new ClientStreamTracer() {
              @Override
              public void streamClosed(Status status) {
                add(AttemptStatus.of(status, call.getCallOptions().getDeadline()));
              }
            };
          }
        };

    private volatile boolean isEjected;
    private volatile long lastFault;
    private @Nullable Subchannel subchannel;

    Replica(Object addresses) {
      super(addresses, pickFirstLbProvider);
    }

    PickResult pick(PickSubchannelArgs args) {
      var result = getCurrentPicker().pickSubchannel(args);
      subchannel = result.getSubchannel() == null ? subchannel : result.getSubchannel();
      return result.copyWithStreamTracerFactory(tracers);
    }

    <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, @Nullable Deadline deadline) {
      var options = CallOptions.DEFAULT.withDeadline(deadline).withStreamTracerFactory(tracers);
      return Objects.requireNonNull(subchannel).asChannel().newCall(method, options);
    }

    private void add(Code code) {
      var isFault = FAULT_CODES.contains(code);
      if (isFault || !NEUTRAL_CODES.contains(code)) {
        results.updateAndGet(bits -> bits << 1 | bits & Long.MIN_VALUE | (isFault ? 1 : 0));
      }
      if (isFault && isOutlier()) {
        lastFault = System.nanoTime();
        getHelper().getSynchronizationContext().execute(this::eject);
      }
    }

    private int faults() {
      var bits = results.get();
      var ones = Long.bitCount(bits & ((1 << CALLS) - 1));
      return bits >>> CALLS == 0 ? ones - 1 : ones; // with fewer calls, one is the 1 above them
    }

    /** Compares with the others that get calls and have had at least {@link #CALLS}. */
    private boolean isOutlier() {
      var all = rotation.stream().filter(one -> one.results.get() >>> CALLS != 0);
      var others = all.filter(one -> one != this).toList();
      var faultsOfOthers = others.stream().mapToInt(Replica::faults).sum();
      return !others.isEmpty()
          && faults() >= FAULTS
          && faults() * others.size() >= FACTOR * faultsOfOthers;
    }

    private void eject() {
      var ready = in(ConnectivityState.READY);
      if (rotation.contains(this) && 2 * (rotation.size() - 1) >= ready.size()) {
        isEjected = true;
        updateOverallBalancingState();
        ejections.add(1, backend);
        log.atWarn().addKeyValue("replica", getKey()).log("Replica ejected");
      }
    }

    private void returnAfter(Duration ejectionTime) {
      if (System.nanoTime() - lastFault >= ejectionTime.toNanos()) {
        log.atInfo().addKeyValue("replica", getKey()).log("Replica returned");
        isEjected = false;
        results.set(1);
      }
    }
  }
}
