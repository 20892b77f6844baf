/**
 * The images, run by a real container engine. What there is to run, and with which variables and
 * limits, is taken from {@code k8s/}, so that a service that comes later is held to all of it.
 */
@NullMarked
package dev.bookmarket.systemtests.containers;

import org.jspecify.annotations.NullMarked;
