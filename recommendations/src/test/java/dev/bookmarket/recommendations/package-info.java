/**
 * Tests of the recommendations service: its domain in plain Java, its contracts through real stubs.
 */
@NullMarked
package dev.bookmarket.recommendations;

import org.jspecify.annotations.NullMarked;
