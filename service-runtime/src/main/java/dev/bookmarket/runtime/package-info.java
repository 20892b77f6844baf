/**
 * What every process of the shop needs to run: its configuration, its log, its gRPC server, and an
 * orderly stop. Nothing in here knows what the shop sells.
 */
@NullMarked
package dev.bookmarket.runtime;

import org.jspecify.annotations.NullMarked;
