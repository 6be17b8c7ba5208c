package org.p3s.watcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.p3s.testkit.ServiceArchitecture;

class ArchitectureTest {

  @TestFactory
  Stream<DynamicTest> the_service_keeps_its_layout() {
    return ServiceArchitecture.of("org.p3s.watcher").tests();
  }

  /** So that another kind of storage, for instance XRootD, needs nothing but a new adapter. */
  @Test
  void only_the_storage_adapter_knows_the_file_system() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.p3s.watcher.storage..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.nio.file..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.File")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("org.p3s.watcher"));
  }
}
