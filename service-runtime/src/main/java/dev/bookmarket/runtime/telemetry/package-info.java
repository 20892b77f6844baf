/** Telemetry by OpenTelemetry: the SDK of the process, and the spans and durations of calls. */
@NullMarked
package dev.bookmarket.runtime.telemetry;

import org.jspecify.annotations.NullMarked;
