package dev.bookmarket.recommendations;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Books for tests. */
final class Books {
  private Books() {}

  /** Returns a mystery with that id and title. */
  static Book titled(int id, String title) {
    return book(id, title, "Anonymous", "");
  }

  /** Returns a mystery with those texts. */
  static Book book(int id, String title, String author, String description) {
    return new Book(id, title, author, 1900, Category.MYSTERY, 1000, description);
  }

  /** Returns mysteries numbered from 1, titled "Story 0001" and so on. */
  static List<Book> stories(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> titled(i, String.format(Locale.ROOT, "Story %04d", i)))
        .toList();
  }

  /** Returns a catalogue of these books. */
  static BookCatalogue catalogue(Book... books) {
    return new BookCatalogue(List.of(books));
  }
}
