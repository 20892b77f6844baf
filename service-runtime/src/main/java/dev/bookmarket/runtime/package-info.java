/** What every process needs: its configuration, log, health check and graceful shutdown. */
@NullMarked
package dev.bookmarket.runtime;

import org.jspecify.annotations.NullMarked;
