package org.p3s.workflow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The domain knows no framework. */
class ArchitectureTest {

  private static final JavaClasses SERVICE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.p3s.workflow");

  private static ArchRule pure(String room) {
    return classes()
        .that()
        .resideInAPackage("org.p3s.workflow." + room)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jgrapht..", "org.jspecify..", "org.p3s.workflow.domain");
  }

  @Test
  void the_domain_is_java_and_graphs_only() {
    pure("domain").check(SERVICE);
  }

  @Test
  void the_rule_can_fail() {
    assertThat(pure("postgres").evaluate(SERVICE).hasViolation()).isTrue();
    assertThat(SERVICE.containPackage("org.p3s.workflow.domain")).isTrue();
  }
}
