package dev.bookmarket.systemtests.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Something that the manifests promise.
 *
 * @param name the promise, as a sentence
 * @param breaches what in a shop breaks it; nothing where it is kept
 */
record Promise(String name, Function<Shop, Stream<String>> breaches) {
  /** All of them. */
  static List<Promise> all() {
    return Stream.of(Isolation.PROMISES, Lifecycle.PROMISES, Capacity.PROMISES, Wiring.PROMISES)
        .flatMap(List::stream)
        .toList();
  }

  boolean isKeptBy(Shop shop) {
    return breaches.apply(shop).findAny().isEmpty();
  }

  /** A promise about the shop as a whole. */
  static Promise ofTheShop(String name, Predicate<Shop> kept) {
    return new Promise(name, shop -> kept.test(shop) ? Stream.empty() : Stream.of("the shop"));
  }

  /** A promise about every object of a kind. */
  static Promise ofEvery(String kind, String name, Predicate<JsonNode> kept) {
    return new Promise(name, shop -> shop.all(kind).filter(kept.negate()).map(Shop::nameOf));
  }

  /** A promise about whatever makes pods. */
  static Promise ofEveryWorkload(String name, BiPredicate<Shop, Workload> kept) {
    return new Promise(
        name, shop -> shop.workloads().filter(each -> !kept.test(shop, each)).map(Workload::name));
  }

  /** A promise about whatever makes pods of our own images. */
  static Promise ofEveryService(String name, BiPredicate<Shop, Workload> kept) {
    return ofEveryWorkload(name, (shop, each) -> !each.isOurs() || kept.test(shop, each));
  }

  /** A promise about every pod's specification. */
  static Promise ofEveryPod(String name, Predicate<JsonNode> kept) {
    return ofEveryWorkload(name, (shop, each) -> kept.test(each.pod()));
  }

  /** A promise about every container. */
  static Promise ofEveryContainer(String name, Predicate<JsonNode> kept) {
    return ofEveryWorkload(name, (shop, each) -> each.containers().allMatch(kept));
  }

  @Override
  public String toString() {
    return name;
  }
}
