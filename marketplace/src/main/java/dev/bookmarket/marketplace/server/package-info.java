/** The HTTP server: listening, headers, rejection of invalid requests, readiness and stop. */
@NullMarked
package dev.bookmarket.marketplace.server;

import org.jspecify.annotations.NullMarked;
