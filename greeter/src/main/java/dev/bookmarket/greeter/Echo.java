package dev.bookmarket.greeter;

import java.util.Map;

/**
 * A response that shows that a call arrived.
 *
 * @param text the text of the request, and the text that the tutorials add
 * @param numbers the numbers of the tutorials, by name
 */
record Echo(String text, Map<String, Integer> numbers) {}
