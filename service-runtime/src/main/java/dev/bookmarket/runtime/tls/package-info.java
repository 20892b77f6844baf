/** Mutual TLS for both ends of a call, with certificates that are replaced without a restart. */
@NullMarked
package dev.bookmarket.runtime.tls;

import org.jspecify.annotations.NullMarked;
