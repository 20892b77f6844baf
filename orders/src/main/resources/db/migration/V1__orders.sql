-- One text for SQLite and PostgreSQL: TEXT and BIGINT, ids made by the application.

CREATE TABLE orders (
  id TEXT NOT NULL PRIMARY KEY,
  buyer_id TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  name TEXT NOT NULL,
  phone TEXT NOT NULL,
  address TEXT NOT NULL,
  placed_at_millis BIGINT NOT NULL,
  UNIQUE (buyer_id, idempotency_key)
);

CREATE INDEX orders_newest_first ON orders (buyer_id, placed_at_millis DESC, id DESC);

CREATE TABLE order_lines (
  order_id TEXT NOT NULL REFERENCES orders (id),
  line_number BIGINT NOT NULL,
  book_id BIGINT NOT NULL,
  title TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  unit_price_cents BIGINT NOT NULL,
  PRIMARY KEY (order_id, line_number)
);
