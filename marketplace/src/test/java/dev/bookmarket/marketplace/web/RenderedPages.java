package dev.bookmarket.marketplace.web;

import java.nio.charset.StandardCharsets;

/** Renders pages for tests. */
public final class RenderedPages {
  private static final Templates templates = new Templates(ctx -> 0, "");

  private RenderedPages() {}

  /** Returns the HTML of a page with an empty basket and the default preferences. */
  public static String html(String template, Record page) {
    return new String(templates.html(template, page, Preferences.DEFAULT), StandardCharsets.UTF_8);
  }
}
