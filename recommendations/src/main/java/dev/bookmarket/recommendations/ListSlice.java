package dev.bookmarket.recommendations;

import dev.bookmarket.runtime.PageToken;
import dev.bookmarket.runtime.RejectedRequestException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A page of a list, with the tokens of the pages before and after it.
 *
 * @param items the items of this page, in the order of the list
 * @param offset the position of the first of them in the whole list, counted from 0
 * @param nextToken the token of the next page; empty on the last page
 * @param previousToken the token of the previous page; empty on the first page
 */
public record ListSlice<T>(List<T> items, int offset, String nextToken, String previousToken) {
  /** The default number of items of a page. */
  public static final int DEFAULT_SIZE = 24;

  /** The maximum number of items of a page. */
  public static final int MAX_SIZE = 100;

  /**
   * Returns the requested page of {@code list}. The list must not change as long as its tokens are
   * in use. Takes time in proportion to the size of the page.
   *
   * @param listName identifies the list: a token is valid only for its own list
   * @param pageSize the maximum number of items, 0 or more; 0 means {@link #DEFAULT_SIZE}, and more
   *     than {@link #MAX_SIZE} means {@link #MAX_SIZE}
   * @param token a token of this list, or empty for the first page
   * @throws RejectedRequestException INVALID if {@code pageSize} is negative or the token does not
   *     belong to this list
   */
  public static <T> ListSlice<T> of(List<T> list, String listName, int pageSize, String token) {
    if (pageSize < 0) {
      throw RejectedRequestException.invalid("page_size must be 0 or more, but is " + pageSize);
    }
    int size = pageSize == 0 ? DEFAULT_SIZE : Math.min(pageSize, MAX_SIZE);
    int offset = token.isEmpty() ? 0 : offsetOf(token, listName);
    if (offset < 0 || (offset > 0 && offset >= list.size())) {
      throw invalidToken();
    }
    int end = Math.min(list.size(), offset + size);
    return new ListSlice<>(
        list.subList(offset, end),
        offset,
        end < list.size() ? tokenOf(listName, end) : "",
        offset > 0 ? tokenOf(listName, Math.max(0, offset - size)) : "");
  }

  /** Returns the token of the position in the list of that name. */
  static String tokenOf(String listName, int offset) {
    return PageToken.of(
        ByteBuffer.allocate(Integer.BYTES + PageToken.DIGEST_BYTES)
            .putInt(offset)
            .put(PageToken.digest(listName, offset)));
  }

  private static int offsetOf(String token, String listName) {
    return PageToken.decode(token, ByteBuffer::getInt, offset -> tokenOf(listName, offset))
        .orElseThrow(ListSlice::invalidToken);
  }

  private static RejectedRequestException invalidToken() {
    return RejectedRequestException.invalid(
        "page_token is not one of this list's; leave it empty for the first page");
  }
}
