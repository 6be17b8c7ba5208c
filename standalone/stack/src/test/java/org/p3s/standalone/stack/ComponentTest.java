package org.p3s.standalone.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p3s.standalone.embedded.Secrets;

class ComponentTest {

  @TempDir Path data;

  private Map<String, String> environment(String component, Map<String, String> outer)
      throws Exception {
    Settings settings = Settings.of(List.of("--data", data.toString()), Map.of());
    Secrets.create(settings.secrets());
    Map<String, String> env = new HashMap<>(outer);
    for (Component one : Component.all(settings)) {
      if (one.name().equals(component)) {
        one.equip(env, settings);
        return env;
      }
    }
    throw new AssertionError("no " + component);
  }

  @Test
  void what_the_caller_sets_of_a_service_reaches_it() throws Exception {
    Map<String, String> outer =
        Map.of(
            "P3S_BROKER_FAIR_SHARE", "user",
            "P3S_TOPICS_RETENTION_DEFAULT", "P1D",
            "QUARKUS_HTTP_LIMITS_MAX_BODY_SIZE", "1M");
    assertThat(environment("broker-service", outer)).containsAllEntriesOf(outer);
  }

  @Test
  void what_the_stack_says_itself_the_caller_does_not() throws Exception {
    Map<String, String> outer =
        Map.of(
            "P3S_DATA", "/elsewhere",
            "P3S_DB_HOST", "elsewhere",
            "P3S_DB_NAME", "another",
            "P3S_URLS_BROKER", "http://elsewhere",
            "QUARKUS_HTTP_HOST", "0.0.0.0",
            "KAFKA_BOOTSTRAP_SERVERS", "elsewhere:9092");
    assertThat(environment("broker-service", outer))
        .doesNotContainKeys("P3S_DATA", "P3S_DB_NAME")
        .containsEntry("P3S_DB_HOST", "127.0.0.1")
        .containsEntry("P3S_URLS_BROKER", "http://127.0.0.1:8082")
        .containsEntry("QUARKUS_HTTP_HOST", "127.0.0.1")
        .containsEntry("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:19092");
  }

  @Test
  void a_pilot_is_told_nothing_of_the_services() throws Exception {
    Map<String, String> outer = Map.of("P3S_BROKER_FAIR_SHARE", "user", "PATH", "/bin");
    assertThat(environment("pilot-1", outer)).isEqualTo(Map.of("PATH", "/bin"));
  }
}
