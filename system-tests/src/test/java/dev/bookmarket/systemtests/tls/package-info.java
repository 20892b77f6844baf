/** Tests of TLS: which connections fail and with which message, and who may call what. */
@NullMarked
package dev.bookmarket.systemtests.tls;

import org.jspecify.annotations.NullMarked;
