package dev.bookmarket.orders;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.bookmarket.runtime.telemetry.Telemetry;
import io.opentelemetry.api.metrics.LongCounter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Stores orders in a database, in SQL that both SQLite and PostgreSQL support. */
public final class OrderStore {
  private static final String INSERT_ORDER =
      """
      INSERT INTO orders (id, buyer_id, idempotency_key, name, phone, address, placed_at_millis)
      VALUES (:id, :purchase.buyerId, :purchase.key, :purchase.recipient.name,
              :purchase.recipient.phone, :purchase.recipient.address, :placedAtMillis)
      ON CONFLICT (buyer_id, idempotency_key) DO NOTHING
      """;

  private static final String INSERT_LINE =
      """
      INSERT INTO order_lines (order_id, line_number, book_id, title, quantity, unit_price_cents)
      VALUES (:orderId, :lineNumber, :bookId, :title, :quantity, :unitPriceCents)
      """;

  /** Selects one row for each order line; %s is the condition that selects the orders. */
  private static final String SELECT =
      """
      SELECT * FROM (SELECT * FROM orders WHERE %s) AS o JOIN order_lines AS l ON l.order_id = o.id
      ORDER BY o.placed_at_millis DESC, o.id DESC, l.line_number
      """;

  private static final String BY_ID = SELECT.formatted("buyer_id = ? AND id = ?");

  private static final String BY_KEY = SELECT.formatted("buyer_id = ? AND idempotency_key = ?");

  private static final String NEWEST =
      SELECT.formatted(
          "buyer_id = ? AND (placed_at_millis, id) < (?, ?)"
              + " ORDER BY placed_at_millis DESC, id DESC LIMIT ?");

  private static final RowMapper<Row> ROW_MAPPER = ConstructorMapper.of(Row.class);

  private final Database database;
  private final LongCounter placed =
      Telemetry.counter("bookmarket.orders.placed", "{order}", "Orders that were stored.");

  OrderStore(Database database) {
    this.database = database;
    placed.add(0);
  }

  /**
   * Stores an order durably, unless its buyer already has an order with the same key. Returns the
   * order that is stored for this key.
   */
  Order put(Order order) {
    var stored = database.write(handle -> put(handle, order));
    if (stored.id().equals(order.id())) {
      placed.add(1);
    }
    return stored;
  }

  /** Returns the buyer's order with that id. */
  Optional<Order> byId(String buyerId, String id) {
    return database.read(handle -> select(handle, BY_ID, buyerId, id)).stream().findFirst();
  }

  /** Returns the buyer's order with that idempotency key. */
  Optional<Order> byKey(String buyerId, String key) {
    return database.read(handle -> select(handle, BY_KEY, buyerId, key)).stream().findFirst();
  }

  /** Returns the buyer's orders after a position, newest first. */
  List<Order> newest(String buyerId, OrderCursor after, int limit) {
    return database.read(
        handle -> select(handle, NEWEST, buyerId, after.placedAtMillis(), after.id(), limit));
  }

  private static Order put(Handle handle, Order order) {
    var purchase = order.purchase();
    int inserted =
        handle
            .createUpdate(INSERT_ORDER)
            .bindMethods(order)
            .bind("placedAtMillis", order.placedAt().toEpochMilli())
            .execute();
    if (inserted == 0) {
      return select(handle, BY_KEY, purchase.buyerId(), purchase.key()).get(0);
    }
    var batch = handle.prepareBatch(INSERT_LINE);
    int lineNumber = 0;
    for (var line : purchase.lines()) {
      batch.bindMethods(line).bind("orderId", order.id()).bind("lineNumber", lineNumber++).add();
    }
    batch.execute();
    return order;
  }

  private static List<Order> select(Handle handle, String query, Object... parameters) {
    return handle
        .select(query, parameters)
        .map(ROW_MAPPER)
        .collect(groupingBy(Row::id, LinkedHashMap::new, toList()))
        .values()
        .stream()
        .map(OrderStore::toOrder)
        .toList();
  }

  private static Order toOrder(List<Row> rows) {
    var first = rows.get(0);
    var lines = rows.stream().map(Row::line).toList();
    return new Order(
        first.id,
        new Purchase(first.buyerId, first.idempotencyKey, first.recipient, lines),
        Instant.ofEpochMilli(first.placedAtMillis));
  }

  /** One line of an order, together with the order. */
  private record Row(
      String id,
      String buyerId,
      String idempotencyKey,
      @Nested Recipient recipient,
      long placedAtMillis,
      @Nested OrderLine line) {}
}
