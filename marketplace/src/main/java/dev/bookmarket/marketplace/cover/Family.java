package dev.bookmarket.marketplace.cover;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the covers of a category have in common: an ornament, and a few sets of colours. */
record Family(Ornament ornament, List<Inks> colourways) {
  private static final Map<String, Family> KNOWN =
      Map.ofEntries(
          family(
              "mystery",
              Ornament::keyhole,
              "1d2440 f4e7c9 e0a93f 35406a b5503c",
              "4b1d2c f6e6d0 e3b04b 6e3145 1d2440",
              "e9dcc0 1d2440 b23a2e c9b68e 1d2440",
              "24443a f3ecd8 dba84a 466a5d 16291f",
              "c9a24b 22190f 7a2b1e e0c57f 22190f"),
          family(
              "science-fiction",
              Ornament::orbits,
              "0e2a35 e8f0e6 f2855e 3b7482 f3d37a",
              "2a1f4d f0eaf7 f4b544 6553a3 ef6f6c",
              "d9e4dd 12303b e4572e 9fbcb4 1f5a66"),
          family(
              "self-help",
              Ornament::sunrise,
              "f4c451 4a1d12 dd4f2b f9e3a5 c23f22",
              "fbeed3 5a2413 e8743b f6c667 d94f30",
              "17505a fdf1d3 f6b73c 2a6d76 ee7b4d"),
          family(
              "fantasy",
              Ornament::mountains,
              "1d3f38 f2ecd4 d9b45e 2f5d52 142d28",
              "3a2a55 f3e9dc e5b769 57437a 271b3d",
              "dfe3c8 1f3d34 c98b3c a9bf96 2f5d4c"),
          family(
              "classics",
              Ornament::leaves,
              "7a2226 f7e8cc dfb063 a14a45 f7e8cc",
              "1f3a2e f5ead0 c9a45c 3d6350 f5ead0",
              "f1e6cf 5f1b1f a8793a 5f1b1f 5f1b1f"),
          family(
              "historical-fiction",
              Ornament::shield,
              "24365c f4e6cb d5a03c 3a4f7d f4e6cb",
              "8a3420 fbebcf e9bd62 6d2616 24365c",
              "ecdcb8 3c2412 9c3b24 cda75f 24365c"),
          family(
              "horror",
              Ornament::eye,
              "151314 f0e6dc c4262e 3f3837 e9d9b8",
              "3d0f14 f6e3d3 e5533d 6d2429 f0d9a8",
              "cfd3c4 1a1a18 a81f26 8f9a8a fbf8ee"),
          family(
              "romance",
              Ornament::two,
              "f5cfc6 5c1230 d2405a f0a39c 8c1f3f",
              "8c1f3f fde8e0 f29c9a b43d5b fde8e0",
              "f8ebe0 7a1a3a e0607a f2b8a8 a8284c"),
          family(
              "childrens",
              Ornament::blocks,
              "fcf1da 1f2f52 dd4632 f0b52e 2d73ad",
              "24508c fff3d6 f4c33c ef5b45 8cc7d9",
              "f6c844 1f2f52 dd4632 fffaf0 2d73ad"),
          family(
              "poetry",
              Ornament::waves,
              "dce8e6 14404b 2f7785 8fbcbc e2a08a",
              "173b4d e9f1ea 8cc0c0 2c5f73 f0b79a",
              "efe6dc 3d3a5c 6d6a9c b8b1cd d98f7f"),
          family(
              "history",
              Ornament::columns,
              "a5452b fdeed3 f0c48a c9673f fdeed3",
              "2b1a16 f7e3c4 cf6a3e 4a2f27 e9b77c",
              "ead3aa 3a1f16 a5452b cfa873 3a1f16"),
          family(
              "biography",
              Ornament::sprig,
              "33454a f3eadb e4c9a0 7d939a 9fb3ae",
              "5f4234 fbeedd e9c6a0 a07d66 cf9468",
              "e7ddd0 2e3338 6f8267 a99a86 b5714f"),
          family(
              "science",
              Ornament::helix,
              "123b5d eef3ee 58b5c9 27587f f3b84b",
              "0f4a45 ecf5ea f2c14e 23695f ee7f5a",
              "e4ebe8 12385a 2e86ab a9c6cc e2683c"),
          family(
              "philosophy",
              Ornament::forms,
              "dcd5c7 2a2826 b4472d 9a9283 2a2826",
              "2d2c2e efe9dd d8734a 58565a efe9dd",
              "4c5751 f6f1e2 d9b26a 76827b f6f1e2"));

  /** For the categories of other catalogues. */
  private static final List<Ornament> OTHER_ORNAMENTS =
      List.of(Ornament::arcs, Ornament::bands, Ornament::lozenges);

  private static final List<Inks> OTHER_INKS =
      Stream.of(
              "2f4858 f3efe2 f6ae2d 4a6678 f26419",
              "e8e3d3 3b2f4a 8c5e9c c3b4c9 d98032",
              "3b4a2a f4eedb c9b458 5c6e45 e98a4f",
              "f0d9c4 4a2430 bf5b4b dfb49a 35596b",
              "5a2a4f f7e9e3 e8a0a0 7f4874 f0c66a",
              "d3e3e8 1c3a52 3d7ea6 9dc0cd d9623b",
              "3e3a36 f1e9da c98c5a 655e57 9fb8a0")
          .map(Inks::of)
          .toList();

  /** The family of a category. */
  static Family of(String category) {
    var known = KNOWN.get(category);
    return known != null ? known : derived(category);
  }

  /** All sets of colours that any family may have. */
  static Stream<Inks> allColourways() {
    return Stream.concat(
        KNOWN.values().stream().flatMap(family -> family.colourways().stream()),
        OTHER_INKS.stream());
  }

  private static Family derived(String category) {
    int hash = Math.floorMod(category.hashCode(), OTHER_INKS.size() * OTHER_ORNAMENTS.size());
    int first = hash % OTHER_INKS.size();
    return new Family(
        OTHER_ORNAMENTS.get(hash / OTHER_INKS.size()),
        IntStream.of(0, 2, 3)
            .mapToObj(step -> OTHER_INKS.get((first + step) % OTHER_INKS.size()))
            .toList());
  }

  private static Map.Entry<String, Family> family(
      String category, Ornament ornament, String... colourways) {
    return Map.entry(category, new Family(ornament, Stream.of(colourways).map(Inks::of).toList()));
  }
}
