package dev.bookmarket.recommendations;

import dev.bookmarket.recommendations.WordAnalyzer.Word;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.index.TermsEnum.SeekStatus;
import org.apache.lucene.queries.mlt.MoreLikeThis;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDataOutput;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.SingleInstanceLockFactory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;

/** A Lucene index of the words of books, in memory. Immutable and thread-safe. */
final class WordIndex {
  private static final String TITLE = "title";
  private static final String AUTHOR = "author";
  private static final String CATEGORY = "category";

  /** The field of all words of a book: those of title, author and description. */
  private static final String ANYWHERE = "anywhere";

  /** The maximum number of words that {@link #startingWith} and {@link #spelledLike} return. */
  private static final int MAX_EXPANSIONS = 50;

  /** Limits the clauses of a query, of which Lucene allows 1,024. */
  private static final int MAX_AUTHOR_WORDS = 50;

  /** Words that more books have are ignored: they do not make books similar, and take time. */
  private static final int MAX_BOOKS_OF_SIMILAR_WORD = 1_000;

  /** Weighs author and category more than words, which unrelated books can have in common. */
  private static final float AUTHOR_AND_CATEGORY_BOOST = 3;

  private static final FieldType WORDS = new FieldType();

  static {
    WORDS.setIndexOptions(IndexOptions.DOCS);
    WORDS.setOmitNorms(true);
    WORDS.freeze();
  }

  private final List<Book> books;
  private final IndexSearcher searcher;

  /**
   * Indexes the books.
   *
   * @param books in the order in which equal ones are returned
   */
  WordIndex(List<Book> books) {
    this.books = books;
    var config =
        new IndexWriterConfig(WordAnalyzer.FOR_BOOKS)
            // Merging takes time and can change the order of the books.
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setUseCompoundFile(false)
            .setRAMBufferSizeMB(128);
    var directory =
        new ByteBuffersDirectory(
            new SingleInstanceLockFactory(),
            ByteBuffersDataOutput::new,
            // Each file in one piece, because readers copy a list of its pieces for each word.
            ByteBuffersDirectory.OUTPUT_AS_ONE_BUFFER);
    try (var writer = new IndexWriter(directory, config)) {
      for (var book : books) {
        writer.addDocument(documentOf(book));
      }
      writer.commit();
      searcher = new IndexSearcher(DirectoryReader.open(directory));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the in-memory index", e);
    }
    searcher.setQueryCache(null);
    // The score of a word is its rarity (IDF): the index has no frequencies and no lengths.
    searcher.setSimilarity(new BM25Similarity(0, 0));
  }

  private static Document documentOf(Book book) {
    var document = new Document();
    document.add(new Field(TITLE, book.title(), WORDS));
    document.add(new Field(AUTHOR, book.author(), WORDS));
    for (var text : List.of(book.title(), book.author(), book.description())) {
      document.add(new Field(ANYWHERE, text, WORDS));
    }
    document.add(new StringField(CATEGORY, book.category().slug(), Field.Store.NO));
    return document;
  }

  /**
   * Returns the books that match one of the queries, at most {@code limit}. A query is a list of
   * sets of words; a book matches if it has at least one word of each set. Books that match the
   * first query come first. Among those, books that match it by their title come first, then those
   * that match it by their author, then the others.
   */
  List<Book> find(List<? extends Collection<Set<String>>> queries, int limit) {
    var found = new LinkedHashSet<Integer>();
    try {
      for (var query : queries) {
        for (var field : List.of(TITLE, AUTHOR, ANYWHERE)) {
          addMatches(allOf(field, query), found, limit);
        }
      }
    } catch (IOException e) {
      throw indexFailure(e);
    }
    return found.stream().map(books::get).toList();
  }

  /**
   * Adds the positions of the books that match, in ascending order, until there are {@code limit}.
   * A search with scores would collect and sort all matches, so this reads the index in its order.
   */
  private void addMatches(Query query, Set<Integer> found, int limit) throws IOException {
    var weight =
        searcher.createWeight(
            searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, /* boost= */ 1);
    for (var segment : searcher.getIndexReader().leaves()) {
      var matches = found.size() < limit ? weight.scorer(segment) : null;
      if (matches != null) {
        var positions = matches.iterator();
        while (found.size() < limit && positions.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
          found.add(segment.docBase + positions.docID());
        }
      }
    }
  }

  /** Returns indexed words that start with that one: the first 50 in alphabetical order. */
  SortedSet<String> startingWith(String word) {
    var words = new TreeSet<String>();
    var prefix = new BytesRef(word);
    try {
      var indexed = MultiTerms.getTerms(searcher.getIndexReader(), ANYWHERE);
      var terms = indexed == null ? TermsEnum.EMPTY : indexed.iterator();
      var term = terms.seekCeil(prefix) == SeekStatus.END ? null : terms.term();
      while (term != null
          && StringHelper.startsWith(term, prefix)
          && words.size() < MAX_EXPANSIONS) {
        words.add(term.utf8ToString());
        term = terms.next();
      }
    } catch (IOException e) {
      throw indexFailure(e);
    }
    return words;
  }

  /**
   * Returns indexed words with the same first character that at most {@code edits} (1 or 2)
   * insertions, deletions, replacements and transpositions turn into that word: the 50 closest.
   */
  SortedSet<String> spelledLike(String word, int edits) {
    var query = new FuzzyQuery(new Term(ANYWHERE, word), edits, 1, MAX_EXPANSIONS, true);
    var terms = new HashSet<Term>();
    try {
      searcher.rewrite(query).visit(QueryVisitor.termCollector(terms));
    } catch (IOException e) {
      throw indexFailure(e);
    }
    return terms.stream().map(Term::text).collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Returns the books that are most similar to that one, at most {@code limit}: they have the same
   * author, the same category or words of its title and description. Words that fewer books have
   * count more. The book itself is included if it is in the index.
   */
  List<Book> similarTo(Book book, int limit) {
    try {
      var moreLikeThis = new MoreLikeThis(searcher.getIndexReader());
      moreLikeThis.setAnalyzer(WordAnalyzer.FOR_BOOKS);
      moreLikeThis.setMinTermFreq(1);
      moreLikeThis.setMinDocFreq(2);
      moreLikeThis.setMaxDocFreq(MAX_BOOKS_OF_SIMILAR_WORD);
      var texts = new StringReader(book.title() + '\n' + book.description());
      var author = new BooleanQuery.Builder();
      WordAnalyzer.FOR_BOOKS.words(book.author()).stream()
          .map(Word::text)
          .distinct()
          .limit(MAX_AUTHOR_WORDS)
          .forEach(word -> author.add(new TermQuery(new Term(AUTHOR, word)), Occur.MUST));
      var category = new TermQuery(new Term(CATEGORY, book.category().slug()));
      var query =
          new BooleanQuery.Builder()
              .add(moreLikeThis.like(ANYWHERE, texts), Occur.SHOULD)
              .add(new BoostQuery(author.build(), AUTHOR_AND_CATEGORY_BOOST), Occur.SHOULD)
              .add(new BoostQuery(category, AUTHOR_AND_CATEGORY_BOOST), Occur.SHOULD)
              .build();
      var found = searcher.search(query, new TopScoreDocCollectorManager(limit, limit)).scoreDocs;
      return Arrays.stream(found).map(hit -> books.get(hit.doc)).toList();
    } catch (IOException e) {
      throw indexFailure(e);
    }
  }

  private static Query allOf(String field, Collection<Set<String>> query) {
    var all = new BooleanQuery.Builder();
    for (var words : query) {
      var terms = words.stream().map(BytesRef::new).toList();
      all.add(
          terms.size() == 1 // which TermQuery finds faster
              ? new TermQuery(new Term(field, terms.get(0)))
              : new TermInSetQuery(field, terms),
          Occur.FILTER);
    }
    return all.build();
  }

  private static UncheckedIOException indexFailure(IOException cause) {
    return new UncheckedIOException("cannot read the in-memory index", cause);
  }
}
