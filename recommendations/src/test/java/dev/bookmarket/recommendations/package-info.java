/**
 * Tests of the recommendations service: its domain in plain Java, its contracts through real stubs.
 */
package dev.bookmarket.recommendations;
