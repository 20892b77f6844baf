/**
 * The web shop. {@link dev.bookmarket.marketplace.Routes} passes a request to one handler. The
 * handler calls the services in parallel and renders one page record with one template.
 */
package dev.bookmarket.marketplace;
