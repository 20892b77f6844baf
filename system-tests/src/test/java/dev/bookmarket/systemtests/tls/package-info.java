/** Tests of TLS: which connections fail and with which message, and who may call what. */
package dev.bookmarket.systemtests.tls;
