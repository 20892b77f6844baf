package dev.bookmarket.runtime.client;

import dev.bookmarket.runtime.server.OneRpc;
import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;

/** A process that calls a service five times and prints the status of each call. */
final class OneCall {
  private OneCall() {}

  public static void main(String[] arguments) {
    var backend = Backend.connect(arguments[0], 50_051, ScriptedService.READS);
    for (int call = 1; call <= 5; call++) {
      try {
        var unused =
            ClientCalls.blockingUnaryCall(
                backend.channel(), OneRpc.CALL, CallOptions.DEFAULT, "request");
        System.out.println("OK");
      } catch (StatusRuntimeException failure) {
        System.out.println("call=" + call + " code=" + failure.getStatus().getCode());
      }
    }
    System.exit(0); // the resolver still hangs
  }
}
