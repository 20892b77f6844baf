/** Telemetry by OpenTelemetry: the SDK of the process, and the spans and durations of calls. */
package dev.bookmarket.runtime.telemetry;
