/**
 * What {@code k8s/} promises, checked on the manifests as {@code kubectl} renders them. The
 * services are whatever is found there, so one that comes later is held to all of it. Each promise
 * is a {@link dev.bookmarket.systemtests.k8s.Promise} with a name, and each is shown to refuse
 * manifests that break it.
 */
@NullMarked
package dev.bookmarket.systemtests.k8s;

import org.jspecify.annotations.NullMarked;
