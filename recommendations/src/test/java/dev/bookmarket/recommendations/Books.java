package dev.bookmarket.recommendations;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Books that tests are made of. */
final class Books {
  private Books() {}

  /** A mystery of which only the number and the title matter. */
  static Book titled(int id, String title) {
    return book(id, title, "Anonymous", "");
  }

  /** A mystery of which only its words matter. */
  static Book book(int id, String title, String author, String description) {
    return new Book(id, title, author, 1900, Category.MYSTERY, 1000, description);
  }

  /** Mysteries numbered from 1, titled "Story 0001" and so on. */
  static List<Book> stories(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> titled(i, String.format(Locale.ROOT, "Story %04d", i)))
        .toList();
  }

  /** A catalogue of these. */
  static BookCatalogue catalogue(Book... books) {
    return new BookCatalogue(List.of(books));
  }
}
