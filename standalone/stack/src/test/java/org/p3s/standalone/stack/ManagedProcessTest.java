package org.p3s.standalone.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p3s.standalone.embedded.Secrets;

class ManagedProcessTest {

  @TempDir Path data;

  private Map<String, String> environment(String name, Map<String, String> caller)
      throws Exception {
    StackSettings settings = StackSettings.of(List.of("--data", data.toString()), Map.of());
    Secrets.create(settings.secrets());
    Map<String, String> env = new HashMap<>(caller);
    for (ManagedProcess one : ManagedProcess.all(settings)) {
      if (one.name().equals(name)) {
        one.prepareEnvironment(env, settings);
        return env;
      }
    }
    throw new AssertionError("there is no process " + name);
  }

  @Test
  void settings_of_a_service_are_passed_from_the_caller() throws Exception {
    Map<String, String> caller =
        Map.of(
            "P3S_BROKER_FAIR_SHARE", "user",
            "P3S_TOPICS_RETENTION_DEFAULT", "P1D",
            "QUARKUS_HTTP_LIMITS_MAX_BODY_SIZE", "1M");
    assertThat(environment("broker-service", caller)).containsAllEntriesOf(caller);
  }

  @Test
  void variables_that_the_stack_sets_are_not_passed_from_the_caller() throws Exception {
    Map<String, String> caller =
        Map.of(
            "P3S_DATA", "/elsewhere",
            "P3S_DB_HOST", "elsewhere",
            "P3S_DB_NAME", "another",
            "P3S_URLS_BROKER", "http://elsewhere",
            "QUARKUS_HTTP_HOST", "0.0.0.0",
            "KAFKA_BOOTSTRAP_SERVERS", "elsewhere:9092");
    assertThat(environment("broker-service", caller))
        .doesNotContainKeys("P3S_DATA", "P3S_DB_NAME")
        .containsEntry("P3S_DB_HOST", "127.0.0.1")
        .containsEntry("P3S_URLS_BROKER", "http://127.0.0.1:8082")
        .containsEntry("QUARKUS_HTTP_HOST", "127.0.0.1")
        .containsEntry("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:19092");
  }

  @Test
  void a_pilot_gets_no_settings_of_services() throws Exception {
    Map<String, String> caller = Map.of("P3S_BROKER_FAIR_SHARE", "user", "PATH", "/bin");
    assertThat(environment("pilot-1", caller)).isEqualTo(Map.of("PATH", "/bin"));
  }
}
