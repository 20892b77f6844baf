/**
 * The web shop. A request goes from {@link dev.bookmarket.marketplace.Routes} to one handler, from
 * there to the clients of the backends, all at once, and comes back as one page record for one
 * template.
 */
@NullMarked
package dev.bookmarket.marketplace;

import org.jspecify.annotations.NullMarked;
