package dev.bookmarket.marketplace.web;

import java.util.ArrayList;
import java.util.List;

/**
 * The values of one page that are different in every request, such as times. The records of the
 * page contain placeholders for them, so that {@link CachedFragments} can keep the HTML. {@link
 * Utf8Writer} fills the values in when it writes the page. Not thread-safe.
 *
 * <p>Each placeholder must be written as a whole. After the first call of {@link #of}, nothing else
 * that is written may contain U+0001; the texts of a trace contain no control characters.
 */
final class Placeholders {
  /** Encloses the index of a value. */
  private static final char MARK = '\u0001';

  private final List<String> values = new ArrayList<>();

  /** Returns a placeholder for a value that needs no escaping; an empty text for an empty value. */
  String of(String value) {
    if (value.isEmpty()) {
      return "";
    }
    values.add(value);
    return MARK + Integer.toString(values.size() - 1) + MARK;
  }

  /** Returns HTML with the values instead of the placeholders. */
  String fill(String html) {
    int mark = values.isEmpty() ? -1 : html.indexOf(MARK);
    var filled = new StringBuilder();
    int end = 0;
    for (; mark >= 0; mark = html.indexOf(MARK, end)) {
      filled.append(html, end, mark);
      end = html.indexOf(MARK, mark + 1) + 1;
      filled.append(values.get(Integer.parseInt(html, mark + 1, end - 1, 10)));
    }
    return end == 0 ? html : filled.append(html, end, html.length()).toString();
  }
}
