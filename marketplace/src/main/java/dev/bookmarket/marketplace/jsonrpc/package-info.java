/**
 * JSON-RPC for clients without gRPC: the protocol, which is independent of gRPC, and the public
 * unary RPCs of the backends as its methods, discovered from their contracts.
 */
@NullMarked
package dev.bookmarket.marketplace.jsonrpc;

import org.jspecify.annotations.NullMarked;
