package dev.bookmarket.recommendations;

/** What a list of books is ordered by; each is an order of all books, without ties. */
public enum BookOrder {
  /** From A to Z, without regard to case and accents, then by id. */
  TITLE,
  /** As on the cover, from A to Z, without regard to case and accents, then by title. */
  AUTHOR,
  /** Newest first, then by title. */
  YEAR,
  /** Cheapest first, then by title. */
  PRICE
}
