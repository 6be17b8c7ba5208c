package org.p3s.pilots;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.p3s.pilots");

  private static ArchRule javaOnly(String place) {
    return classes()
        .that()
        .resideInAPackage(place)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", "org.p3s.pilots.domain..");
  }

  @Test
  void the_domain_knows_java_only() {
    javaOnly("org.p3s.pilots.domain..").check(ALL);
  }

  @Test
  void the_rule_can_fail() {
    assertThat(javaOnly("org.p3s.pilots.postgres..").evaluate(ALL).hasViolation()).isTrue();
  }
}
