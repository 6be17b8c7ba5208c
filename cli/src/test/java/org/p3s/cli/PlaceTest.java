package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.p3s.cli.api.Service;

class PlaceTest {

  @Test
  void the_system_of_this_machine_has_its_data_in_the_root() {
    Place place = new Place(Map.of("P3S_HOME", "/opt/p3s"));
    assertThat(place.data()).isEqualTo(Path.of("/opt/p3s/.p3s"));
    assertThat(place.secret("a.token")).isEqualTo(Path.of("/opt/p3s/.p3s/secrets/a.token"));
    assertThat(place.url(Service.MONITOR)).hasToString("http://127.0.0.1:8080");
    assertThat(place.url(Service.WATCHER)).hasToString("http://127.0.0.1:8084");
  }

  @Test
  void an_offset_moves_all_ports() {
    Place place = new Place(Map.of("P3S_PORT_OFFSET", "1000"));
    assertThat(place.url(Service.BROKER)).hasToString("http://127.0.0.1:9082");
  }

  @Test
  void services_elsewhere_are_at_the_next_ports_or_where_it_is_said() {
    Place place =
        new Place(
            Map.of(
                "P3S_SERVER", "https://dqm.example.org:9000/",
                "P3S_SERVER_BROKER", "https://broker.example.org/p3s"));
    assertThat(place.url(Service.MONITOR)).hasToString("https://dqm.example.org:9000");
    assertThat(place.url(Service.WORKFLOW)).hasToString("https://dqm.example.org:9001");
    assertThat(place.url(Service.BROKER)).hasToString("https://broker.example.org/p3s");
  }

  @Test
  void what_is_no_url_is_told() {
    Place place = new Place(Map.of("P3S_SERVER", "dqm.example.org:8080"));
    assertThatThrownBy(() -> place.url(Service.MONITOR))
        .hasMessageContaining("P3S_SERVER is a URL");
  }
}
