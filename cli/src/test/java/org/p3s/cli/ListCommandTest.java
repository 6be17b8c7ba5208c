package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How lists are printed. */
class ListCommandTest extends CommandFixture {

  @Test
  void a_list_is_a_table_with_filters_and_the_token_of_the_next_page() {
    api.answer("GET /jobs", 200, "{\"items\":[" + job("running", "null") + "],\"next\":\"abc\"}");

    assertThat(p3s("job", "ls", "--state", "running", "--limit", "1", "--name", "a b")).isZero();

    assertThat(api.lastRequest().methodAndPath())
        .isEqualTo("GET /jobs?state=running&name=a%20b&limit=1");
    assertThat(api.lastRequest().authorization()).isEqualTo("Bearer secret");
    assertThat(terminal.lines().get(0)).startsWith("UUID  NAME   TYPE  STATE");
    assertThat(terminal.lines().get(1))
        .startsWith("j1    sleep  t     running")
        .contains("2026-01-31 12:00:00");
    assertThat(terminal.err()).contains("--after abc");
  }

  @Test
  void json_yaml_and_names_are_printed_for_programs() {
    api.answer("GET /jobs", 200, "{\"items\":[" + job("running", "null") + "],\"next\":null}");

    assertThat(p3s("job", "ls", "-o", "name")).isZero();
    assertThat(p3s("job", "ls", "-o", "yaml")).isZero();
    assertThat(p3s("job", "ls", "-o", "json")).isZero();

    assertThat(terminal.out())
        .startsWith("j1\n")
        .contains("items:\n- uuid: j1\n")
        .contains("\"ts_def\" : \"2026-01-31T12:00:00.000Z\"");
    assertThat(terminal.err()).isEmpty();
  }
}
