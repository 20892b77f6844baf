package dev.bookmarket.systemtests;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Skips the test on a machine that lacks one of these tools. If the variable {@code
 * BOOKMARKET_REQUIRE} lists the missing tool, such as in {@code browser,python}, the test fails
 * instead.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsCondition.class)
public @interface Needs {
  /** Returns the tools that the test needs. */
  Tool[] value();
}
