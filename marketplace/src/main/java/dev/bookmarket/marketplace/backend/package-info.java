/** The way to a backend: one long-lived channel, and what a failed call means to a page. */
@NullMarked
package dev.bookmarket.marketplace.backend;

import org.jspecify.annotations.NullMarked;
