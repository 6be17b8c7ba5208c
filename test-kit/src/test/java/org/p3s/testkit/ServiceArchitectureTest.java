package org.p3s.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each rule can fail: {@code org.p3s.sample} is a small service that breaks every one of them. */
class ServiceArchitectureTest {

  private static final ServiceArchitecture SAMPLE = ServiceArchitecture.withTests("org.p3s.sample");

  private static final Map<String, String> NAMED_IN_THE_FAILURE =
      Map.of(
          "every_class_is_in_a_package_of_the_layout", "cellar.Fuse",
          "the_domain_uses_only_java", "LightState",
          "use_cases_do_not_know_their_adapters", "SwitchLight",
          "use_cases_know_no_protocol_and_no_database", "LightMessage",
          "adapters_do_not_know_each_other", "LightPage",
          "adapters_are_not_public", "LightTable",
          "states_are_changed_only_along_their_transitions", "LightState",
          "packages_have_no_cycles", "Cycle detected");

  @TestFactory
  Stream<DynamicTest> a_rule_fails_for_the_class_that_breaks_it() {
    return SAMPLE.rules().entrySet().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> fails(rule)));
  }

  private static void fails(Map.Entry<String, ArchRule> rule) {
    assertThatThrownBy(() -> rule.getValue().check(SAMPLE.code()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(NAMED_IN_THE_FAILURE.get(rule.getKey()));
  }

  @Test
  void every_rule_has_a_class_that_breaks_it() {
    assertThat(SAMPLE.rules().keySet()).isEqualTo(NAMED_IN_THE_FAILURE.keySet());
  }

  @Test
  void a_base_package_without_classes_passes_no_rule_about_the_layout() {
    ServiceArchitecture nothing = ServiceArchitecture.of("org.p3s.nothing");
    ArchRule rule =
        requireNonNull(nothing.rules().get("every_class_is_in_a_package_of_the_layout"));
    assertThatThrownBy(() -> rule.check(nothing.code())).isInstanceOf(AssertionError.class);
  }
}
