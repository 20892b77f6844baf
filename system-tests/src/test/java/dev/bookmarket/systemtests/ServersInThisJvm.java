package dev.bookmarket.systemtests;

/**
 * The lock of tests that start servers in this JVM: all servers of a process share its log, its
 * telemetry and {@code System.out}. A test that captures one of them needs the lock exclusively,
 * the others need it in the mode {@code READ}.
 */
public final class ServersInThisJvm {
  /** The key of the lock, for {@code @ResourceLock}. */
  public static final String LOCK = "servers in this JVM";

  private ServersInThisJvm() {}
}
