/**
 * The basket: what a visitor means to buy, in a cookie of theirs. The shop itself remembers nothing
 * of it, so any replica serves any visitor, and nothing is stored of those who never order.
 *
 * <p>The basket carries the key under which it will be ordered, and the key stays with it until an
 * order under that key is confirmed, whatever is put in or taken out meanwhile. This is what rules
 * out a second order: the orders service keeps at most one order for a key. Where an attempt got no
 * answer, it may have been stored, or may be stored yet, after we have asked for it in vain; no
 * look-up can settle that, a new key would make two orders possible, and the old key cannot. What
 * is in the basket by then is either ordered for the first time, or refused because the earlier
 * content was, and then the visitor is shown that order, and what they changed since moves to a
 * basket with a new key. The mark of an attempt without an answer serves to tell the visitor early,
 * not to keep orders apart.
 */
@NullMarked
package dev.bookmarket.marketplace.basket;

import org.jspecify.annotations.NullMarked;
