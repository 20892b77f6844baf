/** Tests of the greeter: its contracts through real stubs, and its configuration. */
package dev.bookmarket.greeter;
