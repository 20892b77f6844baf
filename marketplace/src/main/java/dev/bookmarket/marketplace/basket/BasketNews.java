package dev.bookmarket.marketplace.basket;

/** What the basket's page may have to say about the change that led to it. */
public enum BasketNews {
  /** More of a book was asked for than one order takes. */
  AT_MOST_99("One order takes 99 copies of a book at most, so that is what is in your basket."),
  /** Another book was asked for than the basket has room for. */
  BASKET_FULL(
      "Your basket holds 50 different books, which is the most that one order takes. Take one out"
          + " to make room for another.");

  private final String words;

  BasketNews(String words) {
    this.words = words;
  }

  /** In words for the visitor. */
  public String words() {
    return words;
  }
}
