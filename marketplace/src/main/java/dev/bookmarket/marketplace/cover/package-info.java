/**
 * Draws the covers of the books from title, author and category. Each category has its own style.
 * The covers are kept in memory only.
 */
@NullMarked
package dev.bookmarket.marketplace.cover;

import org.jspecify.annotations.NullMarked;
