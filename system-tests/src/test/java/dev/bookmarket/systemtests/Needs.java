package dev.bookmarket.systemtests;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test skips on a machine that lacks one of these tools; where the variable {@code
 * BOOKMARKET_REQUIRE} lists the tool, such as in {@code browser,python}, it fails instead.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsCondition.class)
public @interface Needs {
  /** The tools. */
  Tool[] value();
}
