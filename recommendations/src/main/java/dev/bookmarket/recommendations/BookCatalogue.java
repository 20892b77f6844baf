package dev.bookmarket.recommendations;

import static dev.bookmarket.recommendations.WordAnalyzer.withoutAccents;

import dev.bookmarket.runtime.RejectedRequestException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All books of the shop. Immutable and thread-safe. */
public final class BookCatalogue {
  private final List<Book> byTitle;
  private final Map<BookOrder, Map<Category, List<Book>>> byCategory =
      new EnumMap<>(BookOrder.class);

  /** The ascending ids of {@link #byId}. A map would take 50 MB for a million books. */
  private final int[] ids;

  private final Book[] byId;

  /**
   * Creates a catalogue of the given books.
   *
   * @throws IllegalArgumentException if two books have the same id
   */
  public BookCatalogue(Collection<Book> books) {
    byId = books.stream().sorted(Comparator.comparingInt(Book::id)).toArray(Book[]::new);
    ids = Arrays.stream(byId).mapToInt(Book::id).toArray();
    for (int i = 1; i < ids.length; i++) {
      if (ids[i] == ids[i - 1]) {
        throw new IllegalArgumentException("two books have the id " + ids[i]);
      }
    }
    byTitle = sortedByText(Arrays.asList(byId), Book::title);
    for (var order : BookOrder.values()) {
      byCategory.put(order, byCategory(sorted(order)));
    }
  }

  /** Returns the categories that have books, in the order of the shop. */
  public List<Category> categories() {
    return List.copyOf(byCategory(BookOrder.TITLE).keySet());
  }

  /**
   * Returns the category with that slug.
   *
   * @throws RejectedRequestException NOT_FOUND if there is none, or if it has no books
   */
  public Category category(String slug) {
    return Category.ofSlug(slug)
        .filter(byCategory(BookOrder.TITLE)::containsKey)
        .orElseThrow(BookCatalogue::categoryNotFound);
  }

  /**
   * Returns the books of a category, ordered by title without regard to case and accents, then by
   * id.
   *
   * @throws RejectedRequestException NOT_FOUND if the category has no books
   */
  public List<Book> books(Category category) {
    return books(category, BookOrder.TITLE);
  }

  /**
   * Returns the books of a category in that order.
   *
   * @throws RejectedRequestException NOT_FOUND if the category has no books
   */
  public List<Book> books(Category category, BookOrder order) {
    var books = byCategory(order).get(category);
    if (books == null) {
      throw categoryNotFound();
    }
    return books;
  }

  /**
   * Returns the book with that id.
   *
   * @throws RejectedRequestException NOT_FOUND if there is none
   */
  public Book book(int id) {
    int position = Arrays.binarySearch(ids, id);
    if (position < 0) {
      throw RejectedRequestException.notFound("Book not found");
    }
    return byId[position];
  }

  /** Returns all books, ordered by title without regard to case and accents, then by id. */
  public List<Book> books() {
    return byTitle;
  }

  /** Returns the exception for a category that does not exist or has no books. */
  static RejectedRequestException categoryNotFound() {
    return RejectedRequestException.notFound("Category not found");
  }

  private Map<Category, List<Book>> byCategory(BookOrder order) {
    return Objects.requireNonNull(byCategory.get(order), "no books in this order");
  }

  /**
   * Returns all books in an order; equal ones remain ordered by title, because sorting is stable.
   */
  private List<Book> sorted(BookOrder order) {
    return switch (order) {
      case TITLE -> byTitle;
      case AUTHOR -> sortedByText(byTitle, Book::author);
      case YEAR -> sorted(Comparator.comparingInt(Book::year).reversed());
      case PRICE -> sorted(Comparator.comparingInt(Book::priceCents));
    };
  }

  private List<Book> sorted(Comparator<Book> comparator) {
    return byTitle.stream().sorted(comparator).toList();
  }

  private static List<Book> sortedByText(List<Book> books, Function<Book, String> text) {
    record Keyed(String key, Book book) {}
    return books.stream()
        .map(book -> new Keyed(withoutAccents(text.apply(book)).toLowerCase(Locale.ROOT), book))
        .sorted(Comparator.comparing(Keyed::key))
        .map(Keyed::book)
        .toList();
  }

  private static Map<Category, List<Book>> byCategory(List<Book> books) {
    return books.stream()
        .collect(
            Collectors.groupingBy(
                Book::category,
                () -> new EnumMap<>(Category.class),
                Collectors.toUnmodifiableList()));
  }
}
