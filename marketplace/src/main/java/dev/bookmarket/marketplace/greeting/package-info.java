/**
 * Greetings for visitors who enter their name. The name is stored in a cookie. The greeter returns
 * the greeting; a page omits it if the greeter is unavailable.
 */
package dev.bookmarket.marketplace.greeting;
