/**
 * The greeter, the smallest complete service: read it first, and copy it. A request goes from an
 * endpoint, which knows protobuf and decides nothing, to the {@link
 * dev.bookmarket.greeter.Greeter}, which decides and knows no protobuf. {@link
 * dev.bookmarket.greeter.GreeterMain} puts both together.
 */
@NullMarked
package dev.bookmarket.greeter;

import org.jspecify.annotations.NullMarked;
