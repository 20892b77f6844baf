/** The steps of one request, for the page that shows how it was made. */
package dev.bookmarket.runtime.trace;
