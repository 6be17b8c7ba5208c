package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The verb summary. */
class SummaryCommandTest extends CommandFixture {

  @Test
  void the_summary_is_printed_as_text() {
    api.answer(
        "GET /summary",
        200,
        """
        {"jobs":{"defined":3,"running":0,"finished":10},"workflows":{},"pilots":{"no-jobs":2},
         "files":{},"windows":[{"seconds":60,"finished":4,"failed":1},
         {"seconds":7200,"finished":9,"failed":1}],
         "backlog":{"waiting":3,"oldest_s":1.25},"dead_letters":0}\
        """);

    assertThat(p3s("summary")).isZero();

    assertThat(terminal.lines())
        .containsExactly(
            "jobs        3 defined, 10 finished",
            "workflows   none",
            "pilots      2 no-jobs",
            "files       none",
            "backlog     3 waiting, the oldest for 1.3 s",
            "last 1 min  4 finished, 1 failed",
            "last 2 h    9 finished, 1 failed");
  }
}
