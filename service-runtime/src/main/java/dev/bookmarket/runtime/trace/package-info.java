/** The steps of one request, for the page that shows how it was made. */
@NullMarked
package dev.bookmarket.runtime.trace;

import org.jspecify.annotations.NullMarked;
