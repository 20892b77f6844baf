package dev.bookmarket.marketplace.catalogue;

/** Books and categories for tests. */
final class Books {
  static final Category MYSTERY = new Category("mystery", "Mystery", 30);
  static final Book FALCON =
      new Book(
          1,
          "The Maltese Falcon",
          "Dashiell Hammett",
          1930,
          "mystery",
          new Money(1_299),
          "A hunt.");

  private Books() {}

  /** Returns a book with that title, author and description. */
  static Book withTexts(String text) {
    return new Book(7, text, text, 1930, "mystery", new Money(1_299), text);
  }

  static Book of(int year) {
    return new Book(7, "Title", "Author", year, "mystery", new Money(1_299), "");
  }

  /** Returns an entry of a list without highlights. */
  static ListedBook listed(Book book) {
    return new ListedBook(
        book,
        TextSegment.split(book.title()),
        TextSegment.split(book.author()),
        TextSegment.split(book.description()));
  }
}
