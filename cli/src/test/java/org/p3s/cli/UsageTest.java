package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong command lines, help and completion. */
class UsageTest extends CommandFixture {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "dag",
        "dag add",
        "job ls --no-such-option",
        "job ls -o xml",
        "job cancel",
        "job adjust j1",
        "workflow start tpc --state template --wait",
        "demo --files 1",
        "jobtype limit t",
        "jobtype limit t --backlog 5 --drop random",
        "jobtype limit t --running many"
      })
  void wrong_usage_is_reported_on_one_line_with_exit_code_2(String line) {
    assertThat(p3s(line.split(" "))).isEqualTo(2);
    assertThat(terminal.err()).startsWith("p3s: ");
    assertThat(terminal.err().lines()).hasSize(1);
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void the_help_lists_all_verbs_and_has_examples() {
    assertThat(p3s("--help")).isZero();
    for (String verb :
        "up down status demo dag workflow job jobtype pilot site watch file datatype data service dqm summary whoami completion"
            .split(" ")) {
      assertThat(terminal.out()).containsPattern("(?m)^  " + verb + " ");
    }
    assertThat(p3s("dag", "add", "--help")).isZero();
    assertThat(terminal.out()).contains("Examples:", "p3s dag add 1filter.graphml");
  }

  @Test
  void the_completion_script_has_all_verbs() {
    assertThat(p3s("completion")).isZero();
    assertThat(terminal.out()).contains("jobtype", "--replace", "complete -F");
  }
}
