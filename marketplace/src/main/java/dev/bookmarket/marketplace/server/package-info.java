/** The HTTP server: listening, headers, rejection of invalid requests, readiness and stop. */
package dev.bookmarket.marketplace.server;
