package org.p3s.workflow.graphml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphMlKeysTest {

  private final GraphMlKeys keys = new GraphMlKeys();

  private void key(String id, String name, String domain) {
    assertThat(keys.add(id, new GraphMlKeys.Key(name, domain, "of " + id))).isTrue();
  }

  @Test
  void defaults_are_those_of_known_attributes_of_one_element() {
    key("1", "payload", "node");
    key("2", "weight", "node");
    key("3", "name", "all");
    key("4", "payload", "edge");
    assertThat(keys.defaults(GraphMlPart.NODE)).isEqualTo(Map.of("payload", "of 1"));
    assertThat(keys.defaults(GraphMlPart.EDGE)).isEqualTo(Map.of("name", "of 3"));
    assertThat(keys.defaults(GraphMlPart.GRAPH)).isEmpty();
  }

  @Test
  void defaults_are_computed_again_after_a_key_was_added() {
    key("1", "payload", "node");
    Map<String, String> before = keys.defaults(GraphMlPart.NODE);
    assertThat(keys.defaults(GraphMlPart.NODE)).isSameAs(before);
    key("2", "payload", "node");
    assertThat(keys.defaults(GraphMlPart.NODE)).isEqualTo(Map.of("payload", "of 2"));
  }
}
