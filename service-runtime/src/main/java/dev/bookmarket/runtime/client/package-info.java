/** gRPC calls to other services: the channel, deadlines, retries, futures and the call log. */
package dev.bookmarket.runtime.client;
