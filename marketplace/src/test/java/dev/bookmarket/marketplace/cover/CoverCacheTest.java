package dev.bookmarket.marketplace.cover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bookmarket.runtime.Heap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CoverCacheTest {
  private static final long MAX_BYTES =
      CoverCache.MAX_KNOWN_BYTES + CoverCache.MAX_DRAWN_BYTES + (1 << 20);
  private static final Cover DUNE = new Cover(17, "Dune", "Frank Herbert", "science-fiction");

  private final CoverCache covers = new CoverCache();

  @Test
  void knows_the_cover_whose_path_it_returned() {
    assertThat(covers.find(17, DUNE.path())).isEmpty();

    assertThat(covers.register(DUNE)).isEqualTo(DUNE.path());

    assertThat(covers.find(17, DUNE.path())).contains(DUNE);
    assertThat(covers.find(18, DUNE.path())).isEmpty();
    assertThat(covers.find(17, "/covers/17-0123456789.svg")).isEmpty();
  }

  @Test
  void forgets_the_cover_of_a_book_that_has_changed() {
    var renamed = new Cover(17, "Dune II", "Frank Herbert", "science-fiction");
    var old = covers.register(DUNE);

    var current = covers.register(renamed);

    assertThat(covers.find(17, old)).isEmpty();
    assertThat(covers.find(17, current)).contains(renamed);
  }

  @Test
  void returns_the_svg_of_each_cover() {
    for (int i = 0; i < 2; i++) {
      for (var title : new String[] {"Dune", "Dune II", "沙丘"}) {
        var cover = new Cover(17, title, "Frank Herbert", "science-fiction");

        assertThat(new String(covers.svg(cover), StandardCharsets.UTF_8)).isEqualTo(cover.svg());
      }
    }
  }

  @Test
  void draws_a_cover_once_for_concurrent_requests() throws Exception {
    var threads = Executors.newFixedThreadPool(8);
    try {
      for (int i = 0; i < 100; i++) {
        var title = "Title " + i;
        Callable<byte[]> request =
            () -> covers.svg(new Cover(1, title, "Frank Herbert", "science-fiction"));
        var svgs = new ArrayList<byte[]>();
        for (Future<byte[]> svg :
            threads.invokeAll(IntStream.range(0, 8).mapToObj(thread -> request).toList())) {
          svgs.add(svg.get());
        }

        // Each drawing returns another array.
        assertThat(svgs).allSatisfy(svg -> assertThat(svg).isSameAs(svgs.get(0)));
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void stays_within_its_bytes_for_100_000_different_books() {
    covers.svg(DUNE);
    long before = Heap.usedBytes();

    for (int book = 1; book <= 100_000; book++) {
      var cover = new Cover(book, "Title " + book, "Author " + book, "category-" + book % 20);
      covers.register(cover);
      if (book % 20 == 0) { // drawing takes most of the time
        covers.svg(cover);
      }
    }

    assertThat(Heap.usedBytes() - before).isLessThan(MAX_BYTES);
    assertThat(
            IntStream.rangeClosed(1, 100_000)
                .mapToObj(i -> new Cover(i, "Title " + i, "Author " + i, "category-" + i % 20))
                .filter(cover -> covers.find(cover.bookId(), cover.path()).isPresent()))
        .hasSizeBetween(2_000, 4_000);
  }

  @Test
  void counts_the_texts_of_a_cover() {
    covers.svg(DUNE);
    long before = Heap.usedBytes();

    for (int book = 1; book <= 1_000; book++) {
      var cover = new Cover(book, "Title", "Author", "书".repeat(10_000));
      covers.register(cover);
      covers.svg(cover);
    }

    assertThat(Heap.usedBytes() - before).isLessThan(MAX_BYTES);
  }
}
