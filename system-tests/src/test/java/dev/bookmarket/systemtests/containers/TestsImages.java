package dev.bookmarket.systemtests.containers;

import dev.bookmarket.systemtests.Needs;
import dev.bookmarket.systemtests.Tool;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Marks a class that runs the images. These classes run one after the other, because each needs
 * most of the capacity of the container engine.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Needs({Tool.DOCKER, Tool.KUBECTL})
@Tag("containers")
@ResourceLock("images")
@interface TestsImages {}
