package dev.bookmarket.marketplace.cover;

/**
 * The colours of a cover, as {@code #rrggbb}.
 *
 * @param background the colour of the whole cover
 * @param text the colour of title and author; legible on the background
 * @param primary the main colour of the ornament
 * @param secondary a colour of the ornament, similar to the background
 * @param accent a colour of the ornament that stands out
 */
record Palette(String background, String text, String primary, String secondary, String accent) {
  /** Parses five colours of six hexadecimal digits, separated by spaces. */
  static Palette parse(String colours) {
    var parts = ("#" + colours.replace(" ", " #")).split(" ", -1);
    return new Palette(parts[0], parts[1], parts[2], parts[3], parts[4]);
  }

  /** Returns the secondary colour for even numbers and the primary colour for odd numbers. */
  String alternate(int number) {
    return number % 2 == 0 ? secondary : primary;
  }

  /** Returns the background colour or the text colour, whichever is darker. */
  String darker() {
    return brightness(background) < brightness(text) ? background : text;
  }

  private static int brightness(String colour) {
    int rgb = Integer.parseInt(colour.substring(1), 16);
    return (rgb >> 16) + (rgb >> 8 & 0xff) + (rgb & 0xff);
  }
}
