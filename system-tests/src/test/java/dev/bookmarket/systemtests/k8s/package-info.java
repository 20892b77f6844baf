/**
 * Tests of the manifests in {@code k8s/}, as {@code kubectl} renders them. Each requirement is a
 * named {@link dev.bookmarket.systemtests.k8s.ManifestRule}, and tests show that each rule rejects
 * manifests that violate it. The rules apply to all services that are found, including later ones.
 */
package dev.bookmarket.systemtests.k8s;
