/** The shop from outside: real processes, real sockets, the pages as a visitor gets them. */
@NullMarked
package dev.bookmarket.systemtests;

import org.jspecify.annotations.NullMarked;
