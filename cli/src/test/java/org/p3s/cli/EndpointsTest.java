package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.p3s.cli.api.P3sService;

class EndpointsTest {

  private static Endpoints endpoints(Map<String, String> environment) {
    return new Endpoints(environment, new Directories(environment));
  }

  @Test
  void the_data_directory_is_in_the_installation_by_default() {
    Directories directories = new Directories(Map.of("P3S_HOME", "/opt/p3s"));
    assertThat(directories.data()).isEqualTo(Path.of("/opt/p3s/.p3s"));
    assertThat(directories.secret("a.token")).isEqualTo(Path.of("/opt/p3s/.p3s/secrets/a.token"));
  }

  @Test
  void the_services_of_this_machine_have_default_ports() {
    Endpoints endpoints = endpoints(Map.of());
    assertThat(endpoints.url(P3sService.MONITOR)).hasToString("http://127.0.0.1:8080");
    assertThat(endpoints.url(P3sService.WATCHER)).hasToString("http://127.0.0.1:8084");
  }

  @Test
  void the_port_offset_is_added_to_all_ports() {
    Endpoints endpoints = endpoints(Map.of("P3S_PORT_OFFSET", "1000"));
    assertThat(endpoints.url(P3sService.BROKER)).hasToString("http://127.0.0.1:9082");
  }

  @Test
  void remote_services_have_the_next_ports_or_urls_of_their_own() {
    Endpoints endpoints =
        endpoints(
            Map.of(
                "P3S_SERVER", "https://dqm.example.org:9000/",
                "P3S_SERVER_BROKER", "https://broker.example.org/p3s"));
    assertThat(endpoints.url(P3sService.MONITOR)).hasToString("https://dqm.example.org:9000");
    assertThat(endpoints.url(P3sService.WORKFLOW)).hasToString("https://dqm.example.org:9001");
    assertThat(endpoints.url(P3sService.BROKER)).hasToString("https://broker.example.org/p3s");
  }

  @Test
  void a_server_that_is_not_a_url_is_reported() {
    Endpoints endpoints = endpoints(Map.of("P3S_SERVER", "dqm.example.org:8080"));
    assertThatThrownBy(() -> endpoints.url(P3sService.MONITOR))
        .hasMessageContaining("P3S_SERVER must be a URL");
  }
}
