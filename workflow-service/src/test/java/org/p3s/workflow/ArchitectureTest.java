package org.p3s.workflow;

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

  private static final JavaClasses WORKFLOW =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.p3s.workflow");

  private static ArchRule needsOnlyJavaAndGraphs(String inside) {
    return classes()
        .that()
        .resideInAPackage(inside)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "org.jspecify..", "org.jgrapht..", "org.p3s.workflow.domain..");
  }

  private static ArchRule knowNoDoors(String inside) {
    return noClasses()
        .that()
        .resideInAPackage(inside)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.p3s.workflow.http..", "org.p3s.workflow.kafka..");
  }

  @Test
  void the_domain_knows_nothing_but_java_and_graphs() {
    needsOnlyJavaAndGraphs("org.p3s.workflow.domain..").check(WORKFLOW);
  }

  @Test
  void use_cases_and_tables_do_not_know_by_which_door_one_comes_in() {
    knowNoDoors("org.p3s.workflow.app..").check(WORKFLOW);
    knowNoDoors("org.p3s.workflow.postgres..").check(WORKFLOW);
  }

  @Test
  void these_rules_can_fail() {
    assertThat(WORKFLOW.containPackage("org.p3s.workflow.domain")).isTrue();
    assertThatThrownBy(() -> needsOnlyJavaAndGraphs("org.p3s.workflow.app..").check(WORKFLOW))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> knowNoDoors("org.p3s.workflow.http..").check(WORKFLOW))
        .isInstanceOf(AssertionError.class);
  }
}
