/** What every process needs: its configuration, log, health check and graceful shutdown. */
package dev.bookmarket.runtime;
