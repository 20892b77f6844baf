/** Browsing, looking up and searching books: pages that are nothing without the catalogue. */
@NullMarked
package dev.bookmarket.marketplace.catalogue;

import org.jspecify.annotations.NullMarked;
