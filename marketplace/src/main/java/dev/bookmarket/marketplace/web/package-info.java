/** What all pages share: templates, forms, cookies, preferences, assets and error pages. */
package dev.bookmarket.marketplace.web;
