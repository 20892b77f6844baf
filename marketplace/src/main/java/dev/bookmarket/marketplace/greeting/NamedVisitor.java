package dev.bookmarket.marketplace.greeting;

/**
 * A visitor who gave a name.
 *
 * @param greeted whether a page has greeted them under it
 */
public record NamedVisitor(Name name, boolean greeted) {
  /** The same visitor after a page has greeted them. */
  public NamedVisitor afterGreeting() {
    return new NamedVisitor(name, true);
  }
}
