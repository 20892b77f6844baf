package dev.bookmarket.marketplace.cover;

/**
 * The colours that a cover is printed in, as {@code #rrggbb}. Text is legible on the ground; the
 * other three are for the ornament alone.
 *
 * @param ground the colour of the whole cover
 * @param text what title and author are set in
 * @param first the ornament's leading colour
 * @param second close to the ground
 * @param third an accent
 */
record Inks(String ground, String text, String first, String second, String third) {
  /** The ground or the text, whichever is darker. */
  String darkest() {
    return brightness(ground) < brightness(text) ? ground : text;
  }

  private static int brightness(String colour) {
    int rgb = Integer.parseInt(colour.substring(1), 16);
    return (rgb >> 16) + (rgb >> 8 & 0xff) + (rgb & 0xff);
  }

  /** From five times six hexadecimal digits, parted by spaces. */
  static Inks of(String colours) {
    var parts = colours.split(" ", -1);
    return new Inks("#" + parts[0], "#" + parts[1], "#" + parts[2], "#" + parts[3], "#" + parts[4]);
  }
}
