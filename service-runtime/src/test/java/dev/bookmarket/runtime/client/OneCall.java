package dev.bookmarket.runtime.client;

import io.grpc.Status;

/** A process that calls a service five times and prints the status of each call. */
final class OneCall {
  private OneCall() {}

  public static void main(String[] arguments) {
    var backend = Backend.connect(arguments[0], 50_051, ScriptedService.HURRIED_READS);
    for (int call = 1; call <= 5; call++) {
      var code = ScriptedService.codeOf(backend);
      System.out.println(code == Status.Code.OK ? "OK" : "call=" + call + " code=" + code);
    }
    System.exit(0); // the resolver still hangs
  }
}
