package dev.bookmarket.recommendations;

/** The orders of a list of books. Each is total: there are no ties. */
public enum BookOrder {
  /** From A to Z, ignoring case and accents, then by id. */
  TITLE,
  /** As on the cover, from A to Z, ignoring case and accents, then by title. */
  AUTHOR,
  /** Newest first, then by title. */
  YEAR,
  /** Cheapest first, then by title. */
  PRICE
}
