/**
 * The covers of the books: drawn from title, author and category, in a series a category. Pure; no
 * picture is stored anywhere.
 */
@NullMarked
package dev.bookmarket.marketplace.cover;

import org.jspecify.annotations.NullMarked;
