/**
 * The home page: suggestions first, then the categories; either may be missing, and then says so.
 * Above both a greeting for visitors who gave a name.
 */
@NullMarked
package dev.bookmarket.marketplace.home;

import org.jspecify.annotations.NullMarked;
