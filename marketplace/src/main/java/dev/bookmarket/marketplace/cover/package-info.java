/**
 * Draws the covers of the books from title, author and category. Each category has its own style.
 * The covers are kept in memory only.
 */
package dev.bookmarket.marketplace.cover;
