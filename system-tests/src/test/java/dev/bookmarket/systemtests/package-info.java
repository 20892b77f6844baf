/** Black-box tests of the shop: real processes, real sockets, and the pages that visitors get. */
package dev.bookmarket.systemtests;
