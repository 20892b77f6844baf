/** The gRPC server of a service, with its standard services, health and failures as statuses. */
@NullMarked
package dev.bookmarket.runtime.server;

import org.jspecify.annotations.NullMarked;
