/**
 * The greeter, the smallest complete service: read it first, and copy it. An endpoint converts the
 * protobuf messages of a request and contains no logic. The {@link dev.bookmarket.greeter.Greeter}
 * contains the logic and does not use protobuf. {@link dev.bookmarket.greeter.GreeterMain}
 * constructs both.
 */
package dev.bookmarket.greeter;
