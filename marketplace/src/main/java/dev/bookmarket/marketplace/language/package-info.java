/**
 * The languages of the shop and their messages. All texts for visitors are in {@code messages/},
 * one file per language, except books and greetings, which come from services.
 */
package dev.bookmarket.marketplace.language;
