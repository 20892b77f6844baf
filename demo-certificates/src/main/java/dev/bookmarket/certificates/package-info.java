/**
 * A certificate authority for demonstrations and tests. Real deployments use one that protects its
 * key, such as cert-manager with an issuer.
 */
package dev.bookmarket.certificates;
