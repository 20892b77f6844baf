/** The whole shop in one JVM, over loopback sockets, for first steps and for development. */
package dev.bookmarket.allinone;
