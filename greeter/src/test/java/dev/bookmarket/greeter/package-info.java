/** Tests of the greeter: its contracts through real stubs, and its configuration. */
@NullMarked
package dev.bookmarket.greeter;

import org.jspecify.annotations.NullMarked;
