/** The gRPC server of a service: standard services, health, and exceptions as statuses. */
@NullMarked
package dev.bookmarket.runtime.server;

import org.jspecify.annotations.NullMarked;
