package dev.bookmarket.marketplace.greeting;

/**
 * A visitor who gave a name.
 *
 * @param greeted whether a page has greeted the visitor by this name
 */
public record NamedVisitor(Name name, boolean greeted) {
  /** Returns the visitor after a page has greeted them. */
  public NamedVisitor afterGreeting() {
    return new NamedVisitor(name, true);
  }
}
