package dev.bookmarket.greeter;

import java.util.Map;

/**
 * An answer that shows that a call got through.
 *
 * @param words what the caller said, and the tutorials' words
 * @param numbers the tutorials' numbers, by name
 */
record Echo(String words, Map<String, Integer> numbers) {}
