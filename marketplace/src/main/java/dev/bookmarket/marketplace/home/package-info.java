/**
 * The home page: a greeting for visitors who entered their name, suggestions, and the categories.
 * Notices replace suggestions or categories that could not be loaded.
 */
package dev.bookmarket.marketplace.home;
