package org.p3s.testkit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The layout that all services have: a pure {@code domain}, use cases and their ports in {@code
 * app}, and adapters beside them that only {@code app}'s ports connect.
 *
 * <p>A service runs all rules with one {@code @TestFactory} that returns {@link #tests()}.
 */
public final class ServiceArchitecture {

  /** The packages for adapters; a new kind of adapter gets its name here first. */
  private static final List<String> ADAPTERS =
      List.of("http", "kafka", "postgres", "storage", "batch", "page", "graphml");

  private final String base;
  private final List<String> domainLibraries;
  private final JavaClasses code;

  private ServiceArchitecture(String base, List<String> domainLibraries, JavaClasses code) {
    this.base = base;
    this.domainLibraries = domainLibraries;
    this.code = code;
  }

  /**
   * The rules for the main code below a base package.
   *
   * @param base for instance {@code org.p3s.broker}
   * @param domainLibraries packages that the domain may use besides Java, for instance {@code
   *     org.jgrapht..}
   */
  public static ServiceArchitecture of(String base, String... domainLibraries) {
    return new ServiceArchitecture(
        base,
        List.of(domainLibraries),
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(base));
  }

  /** As {@link #of}, with the test code as well: for tests of the rules themselves. */
  static ServiceArchitecture withTests(String base) {
    return new ServiceArchitecture(base, List.of(), new ClassFileImporter().importPackages(base));
  }

  /** One test per rule. */
  public Stream<DynamicTest> tests() {
    return rules().entrySet().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().check(code)));
  }

  Map<String, ArchRule> rules() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put("every_class_is_in_a_package_of_the_layout", everyClassHasItsPlace());
    rules.put("the_domain_uses_only_java", domainUsesOnlyJava());
    rules.put("use_cases_do_not_know_their_adapters", appKnowsNoAdapter());
    rules.put("use_cases_know_no_protocol_and_no_database", appKnowsNoProtocol());
    rules.put("adapters_do_not_know_each_other", adaptersKnowNoOther());
    rules.put("adapters_are_not_public", adaptersAreNotPublic());
    rules.put("states_are_changed_only_along_their_transitions", statesAreEnforced());
    rules.put("packages_have_no_cycles", noCycles());
    return rules;
  }

  JavaClasses code() {
    return code;
  }

  private String in(String part) {
    return base + "." + part + "..";
  }

  private String[] adapters() {
    return ADAPTERS.stream().map(this::in).toArray(String[]::new);
  }

  private ArchRule everyClassHasItsPlace() {
    List<String> places = new ArrayList<>(List.of(base, in("domain"), in("app")));
    places.addAll(List.of(adapters()));
    return classes().should().resideInAnyPackage(places.toArray(String[]::new));
  }

  private ArchRule domainUsesOnlyJava() {
    List<String> allowed = new ArrayList<>(List.of("java..", "org.jspecify..", in("domain")));
    allowed.addAll(domainLibraries);
    return classes()
        .that()
        .resideInAPackage(in("domain"))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new));
  }

  private ArchRule appKnowsNoAdapter() {
    return noClasses()
        .that()
        .resideInAPackage(in("app"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(adapters());
  }

  private ArchRule appKnowsNoProtocol() {
    return noClasses()
        .that()
        .resideInAPackage(in("app"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "jakarta.ws.rs..",
            "jakarta.persistence..",
            "org.hibernate..",
            "org.apache.kafka..",
            "io.vertx.sqlclient..",
            "io.vertx.mutiny.sqlclient..");
  }

  private ArchRule adaptersKnowNoOther() {
    DescribedPredicate<JavaClass> adapter = resideInAnyPackage(adapters());
    return classes()
        .that(adapter)
        .should(
            new ArchCondition<JavaClass>("not depend on another adapter") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                item.getDirectDependenciesFromSelf().stream()
                    .filter(found -> adapter.test(found.getTargetClass().getBaseComponentType()))
                    .filter(
                        found ->
                            !resideInAPackage(in(part(item)))
                                .test(found.getTargetClass().getBaseComponentType()))
                    .forEach(
                        found ->
                            events.add(
                                SimpleConditionEvent.violated(found, found.getDescription())));
              }
            });
  }

  /** The first package name below the base: {@code http}. */
  private String part(JavaClass of) {
    return of.getPackageName().substring(base.length() + 1).split("\\.")[0];
  }

  private ArchRule adaptersAreNotPublic() {
    return classes()
        .that()
        .resideInAnyPackage(adapters())
        .and()
        .areTopLevelClasses()
        .should()
        .notBePublic();
  }

  private ArchRule statesAreEnforced() {
    return classes()
        .that()
        .resideInAPackage(in("domain"))
        .and()
        .haveSimpleNameEndingWith("State")
        .and()
        .areEnums()
        .should(
            new ArchCondition<JavaClass>("have successors() that another class asks") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                boolean asked =
                    item.getMethodCallsToSelf().stream()
                        .anyMatch(
                            call ->
                                call.getTarget().getName().equals("successors")
                                    && !call.getOriginOwner().equals(item));
                events.add(
                    new SimpleConditionEvent(
                        item, asked, "nobody asks the successors of " + item.getName()));
              }
            })
        .allowEmptyShould(true);
  }

  private ArchRule noCycles() {
    return slices().matching(base + ".(*)..").should().beFreeOfCycles();
  }
}
