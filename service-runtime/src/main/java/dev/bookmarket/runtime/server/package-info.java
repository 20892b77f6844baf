/** The gRPC server of a service: standard services, health, and exceptions as statuses. */
package dev.bookmarket.runtime.server;
