/** The pages that show the catalogue: categories, books and search. */
@NullMarked
package dev.bookmarket.marketplace.catalogue;

import org.jspecify.annotations.NullMarked;
