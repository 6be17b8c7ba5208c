package org.p3s.workflow;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.p3s.testkit.ServiceArchitecture;

class ArchitectureTest {

  @TestFactory
  Stream<DynamicTest> the_service_keeps_its_layout() {
    return ServiceArchitecture.of("org.p3s.workflow", "org.jgrapht..").tests();
  }
}
