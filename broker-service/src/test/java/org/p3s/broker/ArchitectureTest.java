package org.p3s.broker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The walls of the house. */
class ArchitectureTest {

  private static final JavaClasses BROKER =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.p3s.broker");

  private static ArchRule needsOnlyJava(String inside) {
    return classes()
        .that()
        .resideInAPackage(inside)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", "org.p3s.broker.domain..");
  }

  @Test
  void the_domain_knows_nothing_but_java() {
    needsOnlyJava("org.p3s.broker.domain..").check(BROKER);
  }

  @Test
  void that_rule_can_fail() {
    assertThat(BROKER.containPackage("org.p3s.broker.domain")).isTrue();
    assertThatThrownBy(() -> needsOnlyJava("org.p3s.broker.app..").check(BROKER))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void use_cases_do_not_know_their_adapters() {
    noClasses()
        .that()
        .resideInAPackage("org.p3s.broker.app..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.p3s.broker.http..", "org.p3s.broker.kafka..", "org.p3s.broker.postgres..")
        .check(BROKER);
  }
}
