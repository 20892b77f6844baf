/** gRPC calls to other services: the channel, deadlines, retries, futures and the call log. */
@NullMarked
package dev.bookmarket.runtime.client;

import org.jspecify.annotations.NullMarked;
