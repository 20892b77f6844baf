package dev.bookmarket.marketplace.orders;

/** What an order's page may have to say about what led to it. */
public enum OrderNews {
  /** The visitor has just ordered. */
  PLACED("Thank you!", "Your order is in our books."),
  /** An order had gone through without an answer, before the visitor changed something. */
  EARLIER(
      "Your order had gone through already",
      "It is in our books as it stands here, as it was before your last change. Nothing was ordered"
          + " twice."),
  /** The same, and something is left in the basket. */
  EARLIER_AND_MORE(
      "Your earlier order had gone through already",
      "It is in our books as it stands here. What is in your basket now has not been ordered.");

  private final String heading;
  private final String words;

  OrderNews(String heading, String words) {
    this.heading = heading;
    this.words = words;
  }

  /** In a few words. */
  public String heading() {
    return heading;
  }

  /** In words for the visitor. */
  public String words() {
    return words;
  }
}
