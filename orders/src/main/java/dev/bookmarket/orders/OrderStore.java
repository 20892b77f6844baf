package dev.bookmarket.orders;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;

/** The orders in their database, in SQL that every kind of it understands. */
public final class OrderStore {
  private static final String INSERT_ORDER =
      """
      INSERT INTO orders
        (id, buyer_id, idempotency_key, name, phone, address, placed_at_millis)
      VALUES
        (:id, :buyer_id, :idempotency_key, :name, :phone, :address, :placed_at_millis)
      ON CONFLICT (buyer_id, idempotency_key) DO NOTHING
      """;

  private static final String INSERT_LINE =
      """
      INSERT INTO order_lines
        (order_id, line_number, book_id, title, quantity, unit_price_cents)
      VALUES
        (:order_id, :line_number, :book_id, :title, :quantity, :unit_price_cents)
      """;

  private static final String SELECT =
      """
      SELECT o.id, o.buyer_id, o.idempotency_key, o.name, o.phone, o.address, o.placed_at_millis,
             l.book_id, l.title, l.quantity, l.unit_price_cents
      FROM %s AS o JOIN order_lines AS l ON l.order_id = o.id
      """;

  private static final String BY_ID =
      SELECT.formatted("orders")
          + "WHERE o.buyer_id = :buyer_id AND o.id = :id ORDER BY l.line_number";

  private static final String BY_KEY =
      SELECT.formatted("orders")
          + "WHERE o.buyer_id = :buyer_id AND o.idempotency_key = :key ORDER BY l.line_number";

  private static final String NEWEST =
      SELECT.formatted(
              """
              (SELECT * FROM orders
               WHERE buyer_id = :buyer_id AND (placed_at_millis, id) < (:placed_at_millis, :id)
               ORDER BY placed_at_millis DESC, id DESC
               LIMIT :limit)""")
          + "ORDER BY o.placed_at_millis DESC, o.id DESC, l.line_number";

  private final Database database;

  /** The orders in that database. */
  OrderStore(Database database) {
    this.database = database;
  }

  /**
   * Stores an order, unless its buyer has one with the same key; answers the one that is then
   * there, durably.
   */
  Order put(Order order) {
    return database.write(handle -> put(handle, order));
  }

  /** A buyer's order by its number. */
  Optional<Order> byId(String buyerId, String id) {
    return database.read(
        handle ->
            orders(handle.createQuery(BY_ID).bind("buyer_id", buyerId).bind("id", id)).stream()
                .findFirst());
  }

  /** A buyer's order by its key. */
  Optional<Order> byKey(String buyerId, String key) {
    return database.read(handle -> byKey(handle, buyerId, key));
  }

  /** A buyer's orders after that position, newest first. */
  List<Order> newest(String buyerId, OrderPosition after, int limit) {
    return database.read(
        handle ->
            orders(
                handle
                    .createQuery(NEWEST)
                    .bind("buyer_id", buyerId)
                    .bind("placed_at_millis", after.placedAtMillis())
                    .bind("id", after.id())
                    .bind("limit", limit)));
  }

  private static Order put(Handle handle, Order order) {
    var purchase = order.purchase();
    int added =
        handle
            .createUpdate(INSERT_ORDER)
            .bind("id", order.id())
            .bind("buyer_id", purchase.buyerId())
            .bind("idempotency_key", purchase.key())
            .bind("name", purchase.recipient().name())
            .bind("phone", purchase.recipient().phone())
            .bind("address", purchase.recipient().address())
            .bind("placed_at_millis", order.placedAt().toEpochMilli())
            .execute();
    if (added == 0) {
      return byKey(handle, purchase.buyerId(), purchase.key()).orElseThrow();
    }
    var lines = handle.prepareBatch(INSERT_LINE);
    int number = 0;
    for (var line : purchase.lines()) {
      lines
          .bind("order_id", order.id())
          .bind("line_number", number++)
          .bind("book_id", line.bookId())
          .bind("title", line.title())
          .bind("quantity", line.quantity())
          .bind("unit_price_cents", line.unitPriceCents())
          .add();
    }
    lines.execute();
    return order;
  }

  private static Optional<Order> byKey(Handle handle, String buyerId, String key) {
    return orders(handle.createQuery(BY_KEY).bind("buyer_id", buyerId).bind("key", key)).stream()
        .findFirst();
  }

  private static List<Order> orders(org.jdbi.v3.core.statement.Query query) {
    return query
        .reduceRows(
            new LinkedHashMap<String, Order>(),
            (orders, row) -> {
              orders.merge(
                  row.getColumn("id", String.class), orderOf(row), OrderStore::withLinesOf);
              return orders;
            })
        .values()
        .stream()
        .toList();
  }

  private static Order withLinesOf(Order order, Order more) {
    var lines = new ArrayList<>(order.purchase().lines());
    lines.addAll(more.purchase().lines());
    var purchase = order.purchase();
    return new Order(
        order.id(),
        new Purchase(purchase.buyerId(), purchase.key(), purchase.recipient(), lines),
        order.placedAt());
  }

  private static Order orderOf(RowView row) {
    return new Order(
        row.getColumn("id", String.class),
        new Purchase(
            row.getColumn("buyer_id", String.class),
            row.getColumn("idempotency_key", String.class),
            new Recipient(
                row.getColumn("name", String.class),
                row.getColumn("phone", String.class),
                row.getColumn("address", String.class)),
            List.of(
                new OrderLine(
                    row.getColumn("book_id", Integer.class),
                    row.getColumn("title", String.class),
                    row.getColumn("quantity", Integer.class),
                    row.getColumn("unit_price_cents", Long.class)))),
        Instant.ofEpochMilli(row.getColumn("placed_at_millis", Long.class)));
  }
}
