package dev.bookmarket.marketplace.catalogue;

import java.util.ArrayList;
import java.util.List;

/** A part of a text that is highlighted as a whole or not at all. */
public record TextSegment(String text, boolean highlighted) {
  /**
   * Splits a text into segments, without empty ones.
   *
   * @param positions where highlights start and end, alternately: ascending positions in the text
   *     in Unicode code points; others are replaced by the nearest possible ones
   */
  static List<TextSegment> split(String text, int... positions) {
    var characters = text.codePoints().toArray();
    var segments = new ArrayList<TextSegment>();
    int start = 0;
    for (int i = 0; i <= positions.length; i++) {
      int position = i < positions.length ? positions[i] : characters.length;
      int end = Math.max(start, Math.min(position, characters.length));
      if (end > start) {
        segments.add(new TextSegment(new String(characters, start, end - start), i % 2 == 1));
      }
      start = end;
    }
    return segments;
  }
}
