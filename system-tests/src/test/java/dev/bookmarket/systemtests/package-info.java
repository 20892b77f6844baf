/** Black-box tests of the shop: real processes, real sockets, and the pages that visitors get. */
@NullMarked
package dev.bookmarket.systemtests;

import org.jspecify.annotations.NullMarked;
