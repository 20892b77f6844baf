/**
 * JSON-RPC for clients without gRPC: the protocol, which is independent of gRPC, and the public
 * unary RPCs of the backends as its methods, discovered from their contracts.
 */
package dev.bookmarket.marketplace.jsonrpc;
