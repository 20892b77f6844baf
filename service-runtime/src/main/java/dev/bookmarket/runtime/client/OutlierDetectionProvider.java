package dev.bookmarket.runtime.client;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.NameResolver;
import io.grpc.protobuf.services.HealthCheckingLoadBalancerUtil;
import java.time.Duration;
import java.util.Map;

/**
 * Creates {@link OutlierDetection} from a service config; gRPC finds it with the service loader.
 */
public final class OutlierDetectionProvider extends LoadBalancerProvider {
  @Override
  public boolean isAvailable() {
    return true;
  }

  @Override
  public int getPriority() {
    return 5; // gRPC's default
  }

  @Override
  public String getPolicyName() {
    return "round_robin_without_outliers";
  }

  @Override
  public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
    return HealthCheckingLoadBalancerUtil.newHealthCheckingLoadBalancer(
        new LoadBalancer.Factory() {
          @Override
          public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
            return new OutlierDetection(helper);
          }
        },
        helper);
  }

  @Override
  public NameResolver.ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> json) {
    var ejectionTime = Duration.parse("PT" + json.get("ejectionTime")); // gRPC reports a failure
    return NameResolver.ConfigOrError.fromConfig(ejectionTime);
  }
}
