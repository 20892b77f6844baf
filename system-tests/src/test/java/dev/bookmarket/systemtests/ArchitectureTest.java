package dev.bookmarket.systemtests;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.core.importer.Locations;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of {@code docs/architecture.md} that a compiler cannot check. For each rule, a class
 * that violates it proves that the rule can fail.
 */
class ArchitectureTest {
  private static final String GENERATED = "dev.bookmarket.protobufs..";
  private static final String RUNTIME = "dev.bookmarket.runtime..";
  private static final String ALL_IN_ONE = "dev.bookmarket.allinone..";
  private static final List<String> SERVICES =
      List.of(
          "dev.bookmarket.marketplace..",
          "dev.bookmarket.recommendations..",
          "dev.bookmarket.orders..",
          "dev.bookmarket.greeter..");

  /** The suffixes of classes at the edges of a process; domain classes have none. */
  private static final String EDGES = "Main|Config|Endpoint|Client|Handler|Page|Catalogue|Store";

  /** Adapters to a library or a protocol that have no such suffix. */
  private static final Set<String> ADAPTERS =
      Set.of(
          "dev.bookmarket.marketplace.basket.BasketCookie",
          "dev.bookmarket.marketplace.checkout.Checkout",
          "dev.bookmarket.marketplace.cover.CoverCache",
          "dev.bookmarket.marketplace.greeting.NameCookie",
          "dev.bookmarket.marketplace.orders.VisitorCookie",
          "dev.bookmarket.recommendations.BookSearch",
          "dev.bookmarket.recommendations.Match",
          "dev.bookmarket.recommendations.WordAnalyzer",
          "dev.bookmarket.recommendations.WordIndex",
          "dev.bookmarket.recommendations.CatalogueField",
          "dev.bookmarket.recommendations.CatalogueFile",
          "dev.bookmarket.orders.Database",
          "dev.bookmarket.orders.DatabaseConnectionEviction",
          "dev.bookmarket.orders.DatabasePoolMetrics",
          "dev.bookmarket.orders.DatabaseTelemetry",
          "dev.bookmarket.orders.SqliteDatabase",
          "dev.bookmarket.orders.PostgresDatabase",
          "dev.bookmarket.orders.PostgresDatabaseProblem",
          "dev.bookmarket.orders.SchemaMigration");

  /** Returns each rule with the name and the body of a class that violates it. */
  private static Stream<Arguments> rules() {
    return Stream.of(
        rule(
            noClasses()
                .that(are(ownClasses()))
                .and()
                .haveNameNotMatching(".*(Endpoint|Client)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(GENERATED, "com.google.protobuf.."),
            "dev.bookmarket.recommendations.DomainUsesProtobuf",
            "dev.bookmarket.protobufs.recommendations.BookRecommendation b;"),
        rule(
            slices().matching("dev.bookmarket.(**)").should().beFreeOfCycles(),
            "dev.bookmarket.runtime.RuntimeUsesService",
            "dev.bookmarket.recommendations.RecommendationsConfig c;"),
        rule(
            noClasses()
                .that()
                .resideInAPackage("dev.bookmarket.marketplace..")
                .should()
                .dependOnClassesThat(are(ofAnotherServiceThan("dev.bookmarket.marketplace.."))),
            "dev.bookmarket.marketplace.MarketplaceUsesRecommendations",
            "dev.bookmarket.recommendations.Book b;"),
        rule(
            noClasses()
                .that()
                .resideInAPackage("dev.bookmarket.recommendations..")
                .should()
                .dependOnClassesThat(are(ofAnotherServiceThan("dev.bookmarket.recommendations.."))),
            "dev.bookmarket.recommendations.RecommendationsUsesMarketplace",
            "dev.bookmarket.marketplace.MarketplaceConfig c;"),
        rule(
            noClasses()
                .that()
                .resideInAPackage("dev.bookmarket.orders..")
                .should()
                .dependOnClassesThat(are(ofAnotherServiceThan("dev.bookmarket.orders.."))),
            "dev.bookmarket.orders.OrdersUsesRecommendations",
            "dev.bookmarket.recommendations.Book b;"),
        rule(
            noClasses()
                .that()
                .resideInAPackage("dev.bookmarket.greeter..")
                .should()
                .dependOnClassesThat(are(ofAnotherServiceThan("dev.bookmarket.greeter.."))),
            "dev.bookmarket.greeter.GreeterUsesOrders",
            "dev.bookmarket.orders.OrdersConfig c;"),
        rule(
            noClasses()
                .that()
                .resideInAPackage(RUNTIME)
                .should()
                .dependOnClassesThat(are(ownClasses().and(not(resideInAPackage(RUNTIME)))))
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage(GENERATED),
            "dev.bookmarket.runtime.RuntimeUsesContract",
            "dev.bookmarket.protobufs.catalogue.v1.Book b;"),
        rule(
            noClasses()
                .that()
                .resideInAPackage("dev.bookmarket.runtime")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "dev.bookmarket.runtime.server..", "dev.bookmarket.runtime.client.."),
            "dev.bookmarket.runtime.RuntimeUsesServer",
            "dev.bookmarket.runtime.server.GrpcServerConfig c;"),
        rule(
            classes()
                .that(are(domain()))
                .should()
                .onlyDependOnClassesThat(
                    are(
                        resideInAnyPackage(
                                "java..", "org.jspecify.annotations", "com.google.common.hash")
                            .or(
                                named(
                                    "dev.bookmarket.runtime.(PageToken|RejectedRequestException|Text)(\\$.*)?"))
                            .or(named("dev.bookmarket.marketplace.web.Cacheable"))
                            .or(domain())
                            .or(named(".*(Catalogue|Store|Page)(\\$.*)?")))),
            "dev.bookmarket.recommendations.LoggingBook",
            "org.slf4j.Logger l;"),
        rule(
            noClasses()
                .that()
                .haveNameNotMatching(
                    "dev.bookmarket.recommendations.(WordAnalyzer|WordIndex)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.lucene.."),
            "dev.bookmarket.recommendations.SecondIndex",
            "org.apache.lucene.index.IndexReader r;"),
        rule(
            noClasses()
                .that()
                .haveNameNotMatching("dev.bookmarket.recommendations.CatalogueFile(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("de.siegmar.fastcsv.."),
            "dev.bookmarket.recommendations.SecondReader",
            "de.siegmar.fastcsv.reader.NamedCsvRecord r;"),
        rule(
            noClasses()
                .that()
                .haveNameNotMatching(
                    "dev.bookmarket.orders.(OrderStore|SchemaMigration|\\w*Database\\w*)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "java.sql..",
                    "javax.sql..",
                    "org.jdbi..",
                    "com.zaxxer..",
                    "org.flywaydb..",
                    "org.sqlite..",
                    "org.postgresql.."),
            "dev.bookmarket.orders.SecondStore",
            "java.sql.Connection c;"),
        rule(
            noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.bookmarket.runtime.ServiceProcess")
                .and()
                .doNotHaveFullyQualifiedName("dev.bookmarket.allinone.AllInOneMain")
                .and()
                .doNotHaveFullyQualifiedName("dev.bookmarket.certificates.DemoCertificatesMain")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err"),
            "dev.bookmarket.recommendations.PrintingBook",
            "{ System.out.println(); }"),
        // Error Prone forbids its implicit use.
        rule(
            noClasses().that(are(ownClasses())).should().callMethod(Locale.class, "getDefault"),
            "dev.bookmarket.greeter.DefaultLocaleGreeter",
            "{ java.util.Locale.getDefault(); }"),
        rule(
            codeUnits()
                .that()
                .areDeclaredInClassesThat(are(ownClasses()))
                .should(closeWhatUsesNativeMemory()),
            "dev.bookmarket.marketplace.LeakingBasket",
            "{ new java.util.zip.InflaterInputStream(null); }"),
        rule(
            noClasses()
                .that(are(ownClasses()))
                .should()
                .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Base|Common)"),
            "dev.bookmarket.runtime.PortUtils",
            ""));
  }

  private static JavaClasses shop;
  private static JavaClasses brokenShop;

  @BeforeAll
  static void readClasses(@TempDir Path folder) throws IOException {
    var locations = new HashSet<>(Locations.ofPackage("dev.bookmarket"));
    var importer = new ClassFileImporter().withImportOption(ArchitectureTest::isMainCode);
    shop = importer.importLocations(locations);
    compileOffenders(folder);
    locations.add(Location.of(folder));
    brokenShop = importer.importLocations(locations);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void the_shop_follows_the_rule(ArchRule rule, String offender, String body) {
    rule.check(shop);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void the_rule_finds_a_class_that_violates_it(ArchRule rule, String offender, String body) {
    assertThat(rule.evaluate(brokenShop).getFailureReport().toString()).contains(offender);
  }

  private static boolean isMainCode(Location location) {
    return !location.contains("/systemtests/") && !location.contains("-tests.jar");
  }

  private static void compileOffenders(Path folder) throws IOException {
    var sources = new ArrayList<Path>();
    for (var arguments : rules().map(Arguments::get).toList()) {
      var name = String.valueOf(arguments[1]);
      int dot = name.lastIndexOf('.');
      var type = name.substring(dot + 1);
      var source =
          "package %s; class %s { %s }".formatted(name.substring(0, dot), type, arguments[2]);
      sources.add(Files.writeString(folder.resolve(type + ".java"), source));
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var options = List.of("-proc:none", "-d", folder.toString());
      var messages = new StringWriter();
      var compiled =
          compiler
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertThat(compiled).as("%s", messages).isTrue();
    }
  }

  private static DescribedPredicate<JavaClass> ownClasses() {
    return resideInAnyPackage(
            Stream.concat(Stream.of(RUNTIME, ALL_IN_ONE), SERVICES.stream()).toArray(String[]::new))
        .as("classes of the shop");
  }

  private static DescribedPredicate<JavaClass> ofAnotherServiceThan(String service) {
    var others = SERVICES.stream().filter(other -> !other.equals(service));
    return resideInAnyPackage(Stream.concat(others, Stream.of(ALL_IN_ONE)).toArray(String[]::new))
        .as("classes of another process");
  }

  private static DescribedPredicate<JavaClass> domain() {
    return resideInAnyPackage(
            "dev.bookmarket.recommendations..",
            "dev.bookmarket.orders..",
            "dev.bookmarket.greeter..",
            "dev.bookmarket.marketplace.basket..",
            "dev.bookmarket.marketplace.catalogue..",
            "dev.bookmarket.marketplace.checkout..",
            "dev.bookmarket.marketplace.cover..",
            "dev.bookmarket.marketplace.greeting..",
            "dev.bookmarket.marketplace.home..",
            "dev.bookmarket.marketplace.language..",
            "dev.bookmarket.marketplace.orders..")
        .and(
            DescribedPredicate.describe(
                "without the suffix of an edge",
                type ->
                    !outermost(type).matches(".*(" + EDGES + ")")
                        && !ADAPTERS.contains(outermost(type))
                        && !type.getName().endsWith("package-info")))
        .as("domain classes");
  }

  /**
   * The streams of {@code java.util.zip} have native memory, which without {@code close} is freed
   * only after a garbage collection. The code that creates one closes it.
   */
  private static ArchCondition<JavaCodeUnit> closeWhatUsesNativeMemory() {
    return new ArchCondition<>("close their streams of java.util.zip") {
      @Override
      public void check(JavaCodeUnit code, ConditionEvents events) {
        code.getConstructorCallsFromSelf().stream()
            .filter(call -> call.getTargetOwner().getName().matches("java.util.zip.*Stream"))
            .filter(call -> !closes(code, call.getTargetOwner()))
            .forEach(
                call -> events.add(SimpleConditionEvent.violated(call, call.getDescription())));
      }
    };
  }

  private static boolean closes(JavaCodeUnit code, JavaClass type) {
    return code.getMethodCallsFromSelf().stream()
        .anyMatch(call -> call.getName().equals("close") && call.getTargetOwner().equals(type));
  }

  private static DescribedPredicate<JavaClass> named(String regex) {
    return DescribedPredicate.describe("named " + regex, type -> type.getName().matches(regex));
  }

  private static String outermost(JavaClass type) {
    return type.getName().replaceFirst("\\$.*", "");
  }

  private static Arguments rule(ArchRule rule, String name, String body) {
    return Arguments.of(rule, name, body);
  }
}
