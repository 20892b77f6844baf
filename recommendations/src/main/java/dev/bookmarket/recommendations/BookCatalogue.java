package dev.bookmarket.recommendations;

import static dev.bookmarket.recommendations.WordAnalyzer.withoutAccents;

import com.google.common.base.Preconditions;
import com.google.common.collect.ImmutableTable;
import com.google.common.collect.Lists;
import com.google.common.collect.Multimaps;
import com.google.common.collect.Table;
import dev.bookmarket.runtime.RejectedRequestException;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** All books of the shop. Immutable and thread-safe. */
public final class BookCatalogue {
  /** The maximum number of ids for which {@link #books(List)} returns books. */
  public static final int MAX_IDS = 100;

  private final List<Book> byId;
  private final List<Book> byTitle;
  private final Table<Category, BookOrder, List<Book>> byCategory;

  /**
   * Creates a catalogue of the given books.
   *
   * @throws IllegalArgumentException if two books have the same id
   */
  public BookCatalogue(Collection<Book> books) {
    byId = books.stream().sorted(Comparator.comparingInt(Book::id)).toList();
    for (int i = 1; i < byId.size(); i++) {
      int id = byId.get(i).id();
      Preconditions.checkArgument(id != byId.get(i - 1).id(), "two books have the id %s", id);
    }
    byTitle = sortedByText(byId, Book::title);
    var lists =
        ImmutableTable.<Category, BookOrder, List<Book>>builder()
            .orderRowsBy(Comparator.naturalOrder());
    for (var order : BookOrder.values()) {
      Multimaps.asMap(Multimaps.index(sorted(order), Book::category))
          .forEach((category, list) -> lists.put(category, order, list));
    }
    byCategory = lists.build();
  }

  /** Returns the categories that have books, in the order of the shop. */
  public List<Category> categories() {
    return List.copyOf(byCategory.rowKeySet());
  }

  /**
   * Returns the category with that slug.
   *
   * @throws RejectedRequestException NOT_FOUND if there is none, or if it has no books
   */
  public Category category(String slug) {
    return Category.ofSlug(slug)
        .filter(byCategory::containsRow)
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
    var books = byCategory.get(category, order);
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
    return bookIfFound(id).orElseThrow(() -> RejectedRequestException.notFound("Book not found"));
  }

  /**
   * Returns the books with these ids, each once, in the order of the ids, without those that do not
   * exist.
   *
   * @param ids at most {@link #MAX_IDS}
   * @throws RejectedRequestException INVALID if there are more
   */
  public List<Book> books(List<Integer> ids) {
    if (ids.size() > MAX_IDS) {
      throw RejectedRequestException.invalid(
          "ids must have at most %s elements, but has %s".formatted(MAX_IDS, ids.size()));
    }
    return ids.stream().distinct().map(this::bookIfFound).flatMap(Optional::stream).toList();
  }

  private Optional<Book> bookIfFound(int id) {
    int position = Collections.binarySearch(Lists.transform(byId, Book::id), id);
    return position < 0 ? Optional.empty() : Optional.of(byId.get(position));
  }

  /** Returns all books, ordered by title without regard to case and accents, then by id. */
  public List<Book> books() {
    return byTitle;
  }

  /** Returns the exception for a category that does not exist or has no books. */
  static RejectedRequestException categoryNotFound() {
    return RejectedRequestException.notFound("Category not found");
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
}
