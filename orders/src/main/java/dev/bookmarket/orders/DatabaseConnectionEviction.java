package dev.bookmarket.orders;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/** Closes a pooled connection after each SQL failure, because its state is unknown then. */
final class DatabaseConnectionEviction implements SQLExceptionOverride {
  @java.lang.Override
  public Override adjudicate(SQLException failure) {
    return Override.MUST_EVICT;
  }
}
