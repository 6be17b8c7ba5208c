package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The verbs submit, activate, explain and ls of jobs. */
class JobCommandTest extends CommandFixture {

  @Test
  void each_job_can_be_submitted_several_times_and_for_each_input_file() throws IOException {
    api.answer("POST /jobs", 201, "{\"items\":[],\"next\":null}");
    Path file = file("j.json", "{\"payload\":\"true\"}");

    assertThat(p3s("job", "submit", file.toString(), "-N", "2", "-f", "/a,/b")).isZero();

    String two =
        "{\"payload\":\"true\",\"infile\":\"/a\"},{\"payload\":\"true\",\"infile\":\"/b\"}";
    assertThat(api.lastRequest().body()).isEqualTo("[" + two + "," + two + "]");
  }

  @Test
  void waiting_for_a_job_that_fails_reports_the_reason_with_exit_code_1() throws IOException {
    api.answer("POST /jobs", 201, "{\"items\":[" + job("defined", "null") + "],\"next\":null}");
    api.answer("GET /jobs/j1", 200, job("finished", "\"failure\"", "3", "\"it went wrong\""));

    assertThat(p3s("job", "submit", file("j.json", "[]").toString(), "--wait")).isEqualTo(1);

    assertThat(terminal.err())
        .endsWith("p3s: job j1 failed: sleep: finished, error code 3, it went wrong\n");
  }

  @Test
  void waiting_longer_than_the_timeout_is_exit_code_4() throws IOException {
    api.answer("POST /jobs", 201, "{\"items\":[" + job("defined", "null") + "],\"next\":null}");
    api.answer("GET /jobs/j1", 200, job("running", "null"));

    String file = file("j.json", "[]").toString();
    assertThat(p3s("job", "submit", file, "--wait", "--timeout", "200ms")).isEqualTo(4);

    assertThat(terminal.err()).contains("p3s: timed out after 0.20 s: 1 of 1 have not ended");
  }

  @Test
  void jobs_in_state_template_are_listed_by_the_workflow_service_and_activated() {
    String job = "{\"uuid\":\"j1\",\"state\":\"defined\"}";
    api.answer("GET /jobs", 200, "{\"items\":[" + job + "],\"next\":null}");
    api.answer("PATCH /jobs/j1", 200, job);
    api.answer("POST /jobs/activate", 200, "{\"count\":1}");

    Map<String, String> monitorUnreachable = new HashMap<>(api.environment());
    monitorUnreachable.put("P3S_SERVER", "http://127.0.0.1:1");
    String[] listTemplates = {"job", "ls", "--state", "template", "--name", "n", "-o", "name"};
    assertThat(Main.run(monitorUnreachable, terminal.terminal, listTemplates)).isZero();
    assertThat(api.lastRequest().methodAndPath()).startsWith("GET /jobs?state=template&name=n");
    assertThat(p3s("job", "activate", "j1", "-o", "name")).isZero();
    assertThat(api.lastRequest().body()).isEqualTo("{\"state\":\"defined\"}");
    assertThat(terminal.out()).isEqualTo("j1\nj1\n");
    assertThat(p3s("job", "activate", "--jobtype", "t")).isEqualTo(2);
    assertThat(p3s("job", "activate", "--jobtype", "t", "--yes")).isZero();
    assertThat(api.lastRequest().methodAndPath()).isEqualTo("POST /jobs/activate?jobtype=t");
    assertThat(p3s("job", "activate", "j1", "j2")).isEqualTo(1);
    assertThat(terminal.err()).contains("started 1 of 2 jobs");
    assertThat(p3s("job", "activate")).isEqualTo(2);
  }

  @Test
  void an_explanation_has_the_place_and_the_expected_start_or_why_it_is_unknown() {
    String wait =
        """
        {"job":"j1","state":"defined","rules":[{"rule":"pilot-waits","passes":false,"why":"None."}],
         "place":%s,"place_more_than":%s,"expected_start":%s,"expected_start_reason":%s}
        """;
    api.answer(
        "GET /jobs/j1/explain",
        200,
        wait.formatted("3", "null", "\"2026-01-31T12:00:00.000Z\"", "null"));
    assertThat(p3s("job", "explain", "j1")).isZero();
    assertThat(terminal.out())
        .contains("NO   pilot-waits: None.", "place in the queue: 3", "expected start: 2026-01-31");

    api.answer("GET /jobs/j1/explain", 200, wait.formatted("null", "10000", "null", "\"Paused.\""));
    assertThat(p3s("job", "explain", "j1")).isZero();
    assertThat(terminal.out())
        .contains("behind more than 10000", "expected start: unknown. Paused.");
  }

  @Test
  void a_job_that_the_broker_does_not_have_is_explained_by_the_workflow_service() {
    api.answer("GET /jobs/j1", 200, "{\"uuid\":\"j1\",\"state\":\"template\",\"wfuuid\":\"w1\"}");
    assertThat(p3s("job", "explain", "j1")).isZero();
    assertThat(terminal.out())
        .contains(
            "job j1 is template", "NO   at-the-broker: It waits for its parents in workflow w1.");
    assertThat(p3s("job", "explain", "j2")).isEqualTo(1);
  }
}
