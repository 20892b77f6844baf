/** The whole shop in one JVM, over loopback sockets, for first steps and for development. */
@NullMarked
package dev.bookmarket.allinone;

import org.jspecify.annotations.NullMarked;
