/** Mutual TLS for both ends of a call, with certificates that are replaced without a restart. */
package dev.bookmarket.runtime.tls;
