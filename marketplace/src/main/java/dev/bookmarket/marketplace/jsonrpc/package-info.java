/**
 * JSON-RPC for clients without gRPC: the protocol, which knows nothing of gRPC, and the public
 * unary RPCs of the backends as its methods, found in their contracts.
 */
@NullMarked
package dev.bookmarket.marketplace.jsonrpc;

import org.jspecify.annotations.NullMarked;
