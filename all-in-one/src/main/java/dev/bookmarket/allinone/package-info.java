/** The whole shop in one JVM, over real loopback sockets: to try it, and to develop it. */
@NullMarked
package dev.bookmarket.allinone;

import org.jspecify.annotations.NullMarked;
