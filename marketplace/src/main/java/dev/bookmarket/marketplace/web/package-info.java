/** What every page needs: templates, the error pages, and whether the process is ready. */
@NullMarked
package dev.bookmarket.marketplace.web;

import org.jspecify.annotations.NullMarked;
