package dev.bookmarket.runtime.client;

import dev.bookmarket.marketplace.MarketplaceMain;
import dev.bookmarket.protobufs.recommendations.RecommendationRequest;
import dev.bookmarket.protobufs.recommendations.RecommendationsGrpc;
import io.grpc.StatusRuntimeException;

/** A process that calls a backend five times, and prints the status of each call. */
final class OneCall {
  static final ServiceConfig SERVICES =
      ServiceConfig.fromResource(MarketplaceMain.class, "service-config.json");

  private OneCall() {}

  public static void main(String[] arguments) {
    var backend = Backend.connect(arguments[0], 50_051, SERVICES);
    var stub = RecommendationsGrpc.newBlockingStub(backend.channel());
    for (int call = 1; call <= 5; call++) {
      try {
        var unused = stub.recommend(RecommendationRequest.getDefaultInstance());
        System.out.println("OK");
      } catch (StatusRuntimeException failure) {
        System.out.println("call=" + call + " code=" + failure.getStatus().getCode());
      }
    }
    System.exit(0); // the resolver still hangs
  }
}
