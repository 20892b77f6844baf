/** What all pages share: templates, forms, cookies, preferences, assets and error pages. */
@NullMarked
package dev.bookmarket.marketplace.web;

import org.jspecify.annotations.NullMarked;
