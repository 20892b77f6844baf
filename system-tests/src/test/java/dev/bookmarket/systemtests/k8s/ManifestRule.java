package dev.bookmarket.systemtests.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A rule for the manifests.
 *
 * @param name the rule, as a sentence
 * @param violations returns what violates the rule; empty if nothing does
 */
record ManifestRule(String name, Function<Shop, Stream<String>> violations) {
  /** Returns all rules. */
  static List<ManifestRule> all() {
    return Stream.of(
            IsolationRules.RULES,
            LifecycleRules.RULES,
            CapacityRules.RULES,
            ConnectionRules.RULES,
            ApplyRules.RULES,
            TelemetryRules.RULES,
            TlsRules.RULES)
        .flatMap(List::stream)
        .toList();
  }

  boolean isMetBy(Shop shop) {
    return violations.apply(shop).findAny().isEmpty();
  }

  /** Returns a rule for the shop as a whole. */
  static ManifestRule ofTheShop(String name, Predicate<Shop> isMet) {
    return new ManifestRule(
        name, shop -> isMet.test(shop) ? Stream.empty() : Stream.of("the shop"));
  }

  /** Returns a rule for every object of a kind. */
  static ManifestRule ofEvery(String kind, String name, Predicate<JsonNode> isMet) {
    return new ManifestRule(name, shop -> shop.all(kind).filter(isMet.negate()).map(Shop::nameOf));
  }

  /** Returns a rule for every object that creates pods. */
  static ManifestRule ofEveryWorkload(String name, BiPredicate<Shop, Workload> isMet) {
    return new ManifestRule(
        name, shop -> shop.workloads().filter(each -> !isMet.test(shop, each)).map(Workload::name));
  }

  /** Returns a rule for every object that creates pods with an image of this project. */
  static ManifestRule ofEveryService(String name, BiPredicate<Shop, Workload> isMet) {
    return ofEveryWorkload(name, (shop, each) -> !each.isOurs() || isMet.test(shop, each));
  }

  /** Returns a rule for every pod specification. */
  static ManifestRule ofEveryPod(String name, Predicate<JsonNode> isMet) {
    return ofEveryWorkload(name, (shop, each) -> isMet.test(each.pod()));
  }

  /** Returns a rule for every container. */
  static ManifestRule ofEveryContainer(String name, Predicate<JsonNode> isMet) {
    return ofEveryWorkload(name, (shop, each) -> each.containers().allMatch(isMet));
  }

  @Override
  public String toString() {
    return name;
  }
}
