/** What every process needs: its configuration, log, health check and orderly stop. */
@NullMarked
package dev.bookmarket.runtime;

import org.jspecify.annotations.NullMarked;
