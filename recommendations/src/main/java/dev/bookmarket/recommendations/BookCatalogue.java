package dev.bookmarket.recommendations;

import dev.bookmarket.runtime.Refusal;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All books of the shop: fixed when it is made; safe for concurrent readers. */
public final class BookCatalogue {
  private final Map<Integer, Book> byId;
  private final Map<Category, List<Book>> byCategory;

  /**
   * A catalogue of the given books.
   *
   * @throws IllegalArgumentException if two books have the same id
   */
  public BookCatalogue(Collection<Book> books) {
    byId = new HashMap<>(books.size() * 4 / 3 + 1);
    byCategory = new EnumMap<>(Category.class);
    for (var book : books) {
      if (byId.put(book.id(), book) != null) {
        throw new IllegalArgumentException("two books have the id " + book.id());
      }
      byCategory.computeIfAbsent(book.category(), c -> new ArrayList<>()).add(book);
    }
    byCategory.replaceAll((category, list) -> sortedByTitle(list));
  }

  /** The categories that have books, in the order of the shop. */
  public List<Category> categories() {
    return List.copyOf(byCategory.keySet());
  }

  /**
   * The books of a category, ordered by title without regard to case and accents, then by id.
   *
   * @throws Refusal NOT_FOUND if the category has no books
   */
  public List<Book> books(Category category) {
    var books = byCategory.get(category);
    if (books == null) {
      throw Refusal.notFound("Category not found");
    }
    return books;
  }

  /**
   * The book with that id.
   *
   * @throws Refusal NOT_FOUND if there is none
   */
  public Book book(int id) {
    var book = byId.get(id);
    if (book == null) {
      throw Refusal.notFound("Book not found");
    }
    return book;
  }

  /** All books, in no particular order. */
  public Collection<Book> books() {
    return Collections.unmodifiableCollection(byId.values());
  }

  private static List<Book> sortedByTitle(List<Book> books) {
    var keys = new HashMap<Integer, String>(books.size() * 4 / 3 + 1);
    books.forEach(book -> keys.put(book.id(), sortKey(book.title())));
    var sorted = new ArrayList<>(books);
    sorted.sort(
        Comparator.<Book, String>comparing(b -> keys.getOrDefault(b.id(), ""))
            .thenComparing(Book::id));
    return Collections.unmodifiableList(sorted);
  }

  private static String sortKey(String title) {
    return Normalizer.normalize(title, Normalizer.Form.NFD)
        .replaceAll("\\p{M}", "")
        .toLowerCase(Locale.ROOT);
  }
}
