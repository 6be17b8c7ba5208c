package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The verbs for job types. */
class JobtypeCommandTest extends CommandFixture {

  @Test
  void a_limit_can_be_removed() {
    api.answer("PUT /jobtypes/t", 200, "{\"name\":\"t\"}");

    assertThat(p3s("jobtype", "limit", "t", "--running", "none")).isZero();

    assertThat(api.lastRequest().body()).isEqualTo("{\"limit_running\":null}");
  }

  @Test
  void a_backlog_limit_is_sent_with_its_drop_rule_and_listed() {
    String limited =
        """
        {"name":"t","running":1,"waiting":2,"limit_running":null,"limit_backlog":100,"drop":"sample"}
        """;
    api.answer("PUT /jobtypes/t", 200, limited);
    api.answer("GET /jobtypes", 200, "{\"items\":[" + limited + "],\"next\":null}");

    assertThat(p3s("jobtype", "limit", "t", "--backlog", "100", "--drop", "sample")).isZero();
    assertThat(api.lastRequest().body()).isEqualTo("{\"limit_backlog\":100,\"drop\":\"sample\"}");
    assertThat(p3s("jobtype", "limit", "t", "--backlog", "none")).isZero();
    assertThat(api.lastRequest().body()).isEqualTo("{\"limit_backlog\":null}");
    assertThat(p3s("jobtype", "ls")).isZero();
    assertThat(terminal.out())
        .containsPattern("BACKLOG LIMIT +DROP")
        .containsPattern("100 +sample");
  }
}
