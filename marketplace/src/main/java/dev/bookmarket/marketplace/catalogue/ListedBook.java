package dev.bookmarket.marketplace.catalogue;

import java.util.List;

/** A book in a list, with its texts split into segments, some of which can be highlighted. */
public record ListedBook(
    Book book, List<TextSegment> title, List<TextSegment> author, List<TextSegment> description) {}
