package dev.bookmarket.marketplace.language;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Currency;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The message texts of one language. Immutable and safe for concurrent use. */
public final class Messages {
  private static final Map<Language, Messages> ALL =
      Arrays.stream(Language.values())
          .collect(Collectors.toMap(Function.identity(), Messages::new));

  private final Language language;
  private final Properties patterns = new Properties();
  private final DateTimeFormatter time;

  private Messages(Language language) {
    this.language = language;
    var file = "/messages/" + language.code() + ".properties";
    try (var text = Objects.requireNonNull(Messages.class.getResourceAsStream(file), file)) {
      patterns.load(new InputStreamReader(text, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    time =
        DateTimeFormatter.ofPattern(of("time.pattern"), language.locale()).withZone(ZoneOffset.UTC);
  }

  /** Returns the messages of a language. */
  public static Messages in(Language language) {
    return Objects.requireNonNull(ALL.get(language));
  }

  /** Returns the language. */
  public Language language() {
    return language;
  }

  /** Returns all message keys. */
  public Set<String> keys() {
    return patterns.stringPropertyNames();
  }

  /** Returns the text of a message. */
  public String of(Message message) {
    return of(message.key(), message.arguments().toArray());
  }

  /**
   * Returns the text of a message.
   *
   * @throws IllegalArgumentException if there is no message with this key
   */
  public String of(String key, Object... arguments) {
    var pattern = patterns.getProperty(key);
    if (pattern == null) {
      throw new IllegalArgumentException("no message " + key + " in " + language);
    }
    // Only messages with arguments use the syntax of MessageFormat, in which quotes are special.
    return arguments.length == 0
        ? pattern
        : new MessageFormat(pattern, language.locale())
            .format(
                Arrays.stream(arguments)
                    .map(argument -> argument instanceof Message message ? of(message) : argument)
                    .toArray());
  }

  /** Returns the text of a message, or {@code otherwise} if there is no message with this key. */
  public String orElse(String key, String otherwise) {
    return patterns.getProperty(key, otherwise);
  }

  /** Formats an amount of US dollars, such as {@code $12.99} and {@code US$12.99}. */
  public String dollars(long cents) {
    var format = NumberFormat.getCurrencyInstance(language.locale());
    format.setCurrency(Currency.getInstance("USD"));
    return format.format(BigDecimal.valueOf(cents, 2));
  }

  /** Formats a time to the minute in UTC, such as {@code 9 May 2026, 17:15 UTC}. */
  public String time(Instant moment) {
    return time.format(moment);
  }
}
