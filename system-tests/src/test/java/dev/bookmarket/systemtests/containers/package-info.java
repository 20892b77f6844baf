/**
 * Tests of the images, run by a real container engine. The services, their variables and their
 * limits are read from {@code k8s/}, so the tests apply to later services too.
 */
package dev.bookmarket.systemtests.containers;
