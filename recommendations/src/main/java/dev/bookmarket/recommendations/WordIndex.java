package dev.bookmarket.recommendations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.CollectionTerminatedException;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * Which books hold which words: a Lucene index in memory. It knows the books by their numbers,
 * which count from 0 in the order in which they were added. Fixed when it is made; safe for
 * concurrent readers.
 */
final class WordIndex {
  /** Where a word can stand in a book. */
  enum Part {
    TITLE,
    AUTHOR,
    DESCRIPTION
  }

  /** The field that has the words of all three parts. */
  private static final String ANYWHERE = "ANYWHERE";

  /** The field that has the name of the category, which is no word of the book. */
  private static final String CATEGORY = "CATEGORY";

  /**
   * How many words of a book are compared: the rarest ones. The others say little, and are in many
   * books.
   */
  private static final int TELLING_WORDS = 12;

  /** Sharing a rare word may be chance; sharing the author or the category never is. */
  private static final double MORE_THAN_CHANCE = 3;

  private final IndexSearcher searcher;

  private WordIndex(IndexSearcher searcher) {
    this.searcher = searcher;
  }

  /**
   * The first {@code limit} of the books that hold all the words: those that hold them all in the
   * title, then those that hold them all in the author, then the others; within each of the three
   * by number. None if there are no words.
   */
  int[] find(Collection<String> words, int limit) {
    var found = new LinkedHashSet<Integer>();
    if (!words.isEmpty()) {
      // Each is cut off at the limit, which loses nothing: what a later one repeats, an earlier one
      // has given.
      for (var field : new String[] {Part.TITLE.name(), Part.AUTHOR.name(), ANYWHERE}) {
        if (found.size() < limit) {
          found.addAll(allIn(field, words, limit));
        }
      }
    }
    return found.stream().limit(limit).mapToInt(Integer::intValue).toArray();
  }

  /**
   * At most {@code limit} of the books that share the author, the category or one of the most
   * telling words with a book that has these; what they share counts the more, the fewer books have
   * it. The most alike first, then by number. The book itself is among them, if it is in the index.
   */
  int[] findAlike(Set<String> words, Set<String> author, String category, int limit) {
    try {
      var query = new BooleanQuery.Builder();
      for (var word : mostTelling(words)) {
        addTrait(query, new TermQuery(new Term(ANYWHERE, word)), 1);
      }
      addTrait(query, allOf(Part.AUTHOR.name(), author), MORE_THAN_CHANCE);
      addTrait(query, new TermQuery(new Term(CATEGORY, category)), MORE_THAN_CHANCE);
      var found = searcher.search(query.build(), limit).scoreDocs;
      return Arrays.stream(found).mapToInt(hit -> hit.doc).toArray();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  /** Those that the fewest books have, but more than the one that they come from. */
  private List<String> mostTelling(Set<String> words) throws IOException {
    record Counted(String word, int books) {}
    var counted = new ArrayList<Counted>();
    for (var word : words) {
      counted.add(new Counted(word, searcher.getIndexReader().docFreq(new Term(ANYWHERE, word))));
    }
    return counted.stream()
        .filter(word -> word.books() > 1)
        .sorted(Comparator.comparingInt(Counted::books).thenComparing(Counted::word))
        .limit(TELLING_WORDS)
        .map(Counted::word)
        .toList();
  }

  private void addTrait(BooleanQuery.Builder query, Query trait, double weight) throws IOException {
    int books = searcher.count(trait);
    if (books > 0) {
      var rarity = Math.log((double) searcher.getIndexReader().numDocs() / books);
      query.add(
          new BoostQuery(new ConstantScoreQuery(trait), (float) (weight * rarity)), Occur.SHOULD);
    }
  }

  private Set<Integer> allIn(String field, Collection<String> words, int limit) {
    var first = new First(limit);
    try {
      searcher.search(allOf(field, words), first);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return first.numbers;
  }

  private static Query allOf(String field, Collection<String> words) {
    var query = new BooleanQuery.Builder();
    for (var word : words) {
      query.add(new TermQuery(new Term(field, word)), Occur.FILTER);
    }
    return query.build();
  }

  /** Collects the first books in the order of the index, and then ends the search. */
  private static final class First extends SimpleCollector {
    private final Set<Integer> numbers = new LinkedHashSet<>();
    private final int limit;
    private int base;

    First(int limit) {
      this.limit = limit;
    }

    @Override
    protected void doSetNextReader(LeafReaderContext segment) {
      base = segment.docBase;
      endAtLimit();
    }

    @Override
    public void collect(int document) {
      numbers.add(base + document);
      endAtLimit();
    }

    @Override
    public ScoreMode scoreMode() {
      return ScoreMode.COMPLETE_NO_SCORES;
    }

    private void endAtLimit() {
      if (numbers.size() == limit) {
        throw new CollectionTerminatedException();
      }
    }
  }

  /** Collects the words of books, one book after the other; for one thread. */
  static final class Builder {
    private static final FieldType WORDS = new FieldType();

    static {
      WORDS.setIndexOptions(IndexOptions.DOCS);
      WORDS.setOmitNorms(true);
      WORDS.freeze();
    }

    private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
    private final IndexWriter writer;
    private final Map<Part, Set<String>> words = new EnumMap<>(Part.class);
    private String category = "";
    private boolean begun;

    Builder() {
      try {
        writer =
            new IndexWriter(
                directory,
                new IndexWriterConfig()
                    // Merging would cost time, and with it the order of the books could change.
                    .setMergePolicy(NoMergePolicy.INSTANCE)
                    .setUseCompoundFile(false)
                    .setRAMBufferSizeMB(128));
      } catch (IOException e) {
        throw new UncheckedIOException("memory does not fail", e);
      }
    }

    /** Begins the next book, which is of that category. */
    void nextBook(String category) {
      finishBook();
      this.category = category;
      begun = true;
    }

    /** Says that the book begun last holds that word there; may be said more than once. */
    void add(String word, Part part) {
      wordsOf(part).add(word);
    }

    /** The index of all books so far; the builder cannot be used afterwards. */
    WordIndex build() {
      finishBook();
      try {
        writer.close();
        var searcher = new IndexSearcher(DirectoryReader.open(directory));
        searcher.setQueryCache(null);
        return new WordIndex(searcher);
      } catch (IOException e) {
        throw new UncheckedIOException("memory does not fail", e);
      }
    }

    private void finishBook() {
      if (!begun) {
        return;
      }
      var document = new Document();
      document.add(new Field(Part.TITLE.name(), new Words(wordsOf(Part.TITLE)), WORDS));
      document.add(new Field(Part.AUTHOR.name(), new Words(wordsOf(Part.AUTHOR)), WORDS));
      var anywhere = new HashSet<String>();
      words.values().forEach(anywhere::addAll);
      document.add(new Field(ANYWHERE, new Words(anywhere), WORDS));
      document.add(new Field(CATEGORY, new Words(List.of(category)), WORDS));
      try {
        writer.addDocument(document);
      } catch (IOException e) {
        throw new UncheckedIOException("memory does not fail", e);
      }
      words.clear();
    }

    private Set<String> wordsOf(Part part) {
      return words.computeIfAbsent(part, p -> new LinkedHashSet<>());
    }
  }

  /** Words that are taken apart already, as Lucene takes them. */
  private static final class Words extends TokenStream {
    private final Iterator<String> words;
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);

    Words(Collection<String> words) {
      this.words = words.iterator();
    }

    @Override
    public boolean incrementToken() {
      if (!words.hasNext()) {
        return false;
      }
      clearAttributes();
      term.append(words.next());
      return true;
    }
  }
}
