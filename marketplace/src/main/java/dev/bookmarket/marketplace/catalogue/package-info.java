/** The pages that show the catalogue: categories, books and search. */
package dev.bookmarket.marketplace.catalogue;
