package dev.bookmarket.marketplace.language;

import java.math.BigDecimal;
import java.text.Format;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The message texts of one language. Safe for concurrent use. */
public final class Messages {
  private static final Map<Language, Messages> ALL =
      Arrays.stream(Language.values())
          .collect(Collectors.toMap(Function.identity(), Messages::new));

  private final Language language;
  private final ResourceBundle patterns;
  private final Map<String, MessageFormat> formats = new ConcurrentHashMap<>();
  private final NumberFormat dollars;
  private final DateTimeFormatter time;

  private Messages(Language language) {
    this.language = language;
    patterns = ResourceBundle.getBundle("messages." + language.code(), Locale.ROOT);
    dollars = NumberFormat.getCurrencyInstance(language.locale());
    dollars.setCurrency(Currency.getInstance("USD"));
    time =
        DateTimeFormatter.ofPattern(of("time.pattern"), language.locale()).withZone(ZoneOffset.UTC);
  }

  /** Returns the messages of a language. */
  public static Messages in(Language language) {
    return Objects.requireNonNull(ALL.get(language));
  }

  /** Returns the text of a message. */
  public String of(Message message) {
    return of(message.key(), message.arguments().toArray());
  }

  /**
   * Returns the text of a message.
   *
   * @throws java.util.MissingResourceException if there is no message with this key
   */
  public String of(String key, Object... arguments) {
    var pattern = patterns.getString(key);
    // Only messages with arguments use the syntax of MessageFormat, in which quotes are special.
    return arguments.length == 0 ? pattern : format(key, pattern, arguments);
  }

  private String format(String key, String pattern, Object... arguments) {
    var format =
        formats.computeIfAbsent(key, first -> new MessageFormat(pattern, language.locale()));
    var texts =
        Arrays.stream(arguments)
            .map(argument -> argument instanceof Message message ? of(message) : argument)
            .toArray();
    return ((Format) format.clone()).format(texts); // a clone, because formats are not thread-safe
  }

  /** Returns the text of a message, or {@code otherwise} if there is no message with this key. */
  public String orElse(String key, String otherwise) {
    return patterns.containsKey(key) ? patterns.getString(key) : otherwise;
  }

  /** Formats an amount of US dollars, such as {@code $12.99} and {@code US$12.99}. */
  public String dollars(long cents) {
    return ((Format) dollars.clone()).format(BigDecimal.valueOf(cents, 2));
  }

  /** Formats a time to the minute in UTC, such as {@code 9 May 2026, 17:15 UTC}. */
  public String time(Instant moment) {
    return time.format(moment);
  }
}
