/**
 * The basket, which is stored in a cookie of the visitor. The shop itself stores nothing, so every
 * replica can serve every visitor.
 *
 * <p>The basket contains the idempotency key of its order. The key does not change until an order
 * with that key is confirmed, even if the visitor adds or removes books. This prevents a second
 * order: the orders service stores at most one order per key. After an attempt without a response,
 * the order may be stored already or may be stored later, so a lookup that finds no order does not
 * prove that there will be none, and a new key could lead to two orders. If the visitor orders
 * again with the old key, the current basket is ordered for the first time, or it is rejected
 * because the earlier content was ordered. In the second case the shop shows that order and moves
 * the changes since then to a basket with a new key. The mark for a pending order is only used to
 * inform the visitor early.
 */
package dev.bookmarket.marketplace.basket;
