/**
 * Greetings for visitors who give a name. The name stays with the visitor, in a cookie; the words
 * come from the greeter, and a page goes without them where it does not answer.
 */
@NullMarked
package dev.bookmarket.marketplace.greeting;

import org.jspecify.annotations.NullMarked;
