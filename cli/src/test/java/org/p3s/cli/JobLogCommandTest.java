package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The verb job log. */
class JobLogCommandTest extends CommandFixture {

  @Test
  void the_log_is_printed_to_stdout_unchanged() {
    api.answer("GET /jobs/j1/log", 200, "{\"stdout\":\"one\\ntwo\",\"stderr\":\"oh\\n\"}");

    assertThat(p3s("job", "log", "j1")).isZero();
    assertThat(p3s("job", "log", "j1", "--stderr")).isZero();

    assertThat(terminal.out()).isEqualTo("one\ntwooh\n");
  }

  @Test
  void a_log_is_followed_until_its_job_ends() {
    api.answer("GET /jobs/j1", 200, job("running", "null"), job("finished", "\"failure\""));
    api.answer(
        "GET /jobs/j1/log",
        200,
        """
        event:state
        data:{"state":"running","attempt":1}

        event:stdout
        data:{"left_out":0,"text":"one\\n"}

        event:stderr
        data:{"left_out":7,"text":"oh\\n"}

        event:end
        data:{"attempt":1,"state":"finished","errcode":3}

        """);

    assertThat(p3s("job", "log", "-f", "j1")).isEqualTo(1);

    assertThat(terminal.out()).isEqualTo("one\n");
    assertThat(terminal.err()).startsWith("(7 bytes are left out here)\noh\n").contains("failed");
  }

  @Test
  void the_log_of_an_unknown_job_can_not_be_followed() {
    assertThat(p3s("job", "log", "-f", "j1")).isEqualTo(1);
    assertThat(p3s("job", "log", "-f", "j1", "--attempt", "1")).isEqualTo(2);
  }
}
