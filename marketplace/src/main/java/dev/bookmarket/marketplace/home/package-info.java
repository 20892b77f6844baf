/**
 * The home page: suggestions first, then the categories; either may be missing, and then says so.
 */
@NullMarked
package dev.bookmarket.marketplace.home;

import org.jspecify.annotations.NullMarked;
