package org.p3s.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The verbs for workflows. */
class WorkflowCommandTest extends CommandFixture {

  private static final String PLANNED =
      """
      {"uuid":"w2","name":"tpc 7","dag":"tpc","dag_version":3,"nvertices":2,"ndone":1,
       "state":"running","outcome":null,"rerun_of":"w1","reason":null,
       "jobs":[
        {"uuid":"j1","node":"a","name":"a","jobtype":"t","payload":"run a","state":"finished",
         "outcome":"success","reason":"taken over from it","rerun_of":"j0","priority":0,
         "timelimit":10,"maxattempts":1,"attempt":1,"env":{}},
        {"uuid":"j2","node":"b","name":"b","jobtype":"t","payload":"run b","state":"running",
         "outcome":null,"priority":2,"timelimit":10,"maxattempts":3,"attempt":2,
         "env":{"IN":"/d/x"}}],
       "data":[{"uuid":"d1","source":"a","target":"b","path":"/d/x","state":"ready"}]}\
      """;

  private static final String WORKFLOW =
      """
      {"uuid":"w1","name":"one","dag":"tpc","state":"%s","outcome":%s,"nvertices":3,"ndone":%d}\
      """;

  @Test
  void waiting_for_a_workflow_prints_a_line_for_each_change() throws IOException {
    api.answer("POST /workflows", 201, WORKFLOW.formatted("running", "null", 0));
    api.answer(
        "GET /workflows/w1",
        200,
        WORKFLOW.formatted("running", "null", 1),
        WORKFLOW.formatted("finished", "\"success\"", 3));
    Path files = file("files.json", "{\"a:b\":{\"name\":\"x\"}}");

    assertThat(p3s("workflow", "start", "tpc", "--files", files.toString(), "--wait")).isZero();

    assertThat(api.requests().get(0).body())
        .isEqualTo("{\"dag\":\"tpc\",\"files\":{\"a:b\":{\"name\":\"x\"}}}");
    assertThat(api.requests().get(0).idempotencyKey()).isNotNull();
    assertThat(terminal.err().lines())
        .containsExactly(
            "w1 one: running, 0 of 3 jobs done",
            "w1 one: running, 1 of 3 jobs done",
            "w1 one: finished, 3 of 3 jobs done");
    assertThat(terminal.out()).contains("w1", "finished");
  }

  @Test
  void a_workflow_is_drawn_with_its_failure() {
    api.answer(
        "GET /workflows/w1",
        200,
        """
        {"uuid":"w1","name":"one","dag":"tpc","state":"failed","outcome":"failure","nvertices":3,
         "ndone":1,"reason":"job b failed",
         "jobs":[{"uuid":"j1","node":"a","state":"finished","outcome":"success"},
                 {"uuid":"j2","node":"b","state":"finished","outcome":"failure","errcode":2,
                  "ts_sta":"2026-01-31T12:00:00.000Z","ts_sto":"2026-01-31T12:00:01.500Z"},
                 {"uuid":"j3","node":"c","state":"cancelled","outcome":"failure"}],
         "data":[{"path":"/d/x","source":"a","target":"b","state":"ready","datatype":"TXT"},
                 {"path":"/d/y","source":"b","target":"c","state":"missing","datatype":"TXT"}]}\
        """);

    assertThat(p3s("workflow", "show", "w1")).isZero();

    assertThat(terminal.lines())
        .startsWith(
            "workflow w1 one of tpc: failed, 1 of 3 jobs done",
            "reason: job b failed",
            "",
            "  a  finished",
            "    ↓",
            "  b  failed     1.50 s  ← a",
            "    ↓",
            "  c  cancelled          ← b",
            "",
            "b: finished, error code 2",
            "  its log: p3s job log j2 --stderr");
    assertThat(terminal.out()).contains("missing");
  }

  @Test
  void a_dry_run_shows_jobs_environment_and_paths() {
    api.answer("POST /workflows", 200, PLANNED);

    assertThat(p3s("workflow", "start", "tpc", "--dry-run", "--run", "7", "--files", "sticky"))
        .isZero();

    assertThat(api.lastRequest().methodAndPath()).isEqualTo("POST /workflows?dry_run=true");
    assertThat(api.lastRequest().body())
        .isEqualTo("{\"dag\":\"tpc\",\"files\":\"sticky\",\"run\":7}");
    assertThat(terminal.out())
        .contains("would make: tpc 7 of tpc version 3, 2 jobs")
        .contains("a, job type t, priority 0, time limit 10 s (taken over)")
        .contains("  $ run b\n  IN=/d/x\n")
        .contains("  a:b  /d/x  (ready)");
  }

  @Test
  void a_rerun_request_names_the_jobs_to_run_again() {
    api.answer("POST /workflows/w1/rerun", 201, PLANNED);

    assertThat(p3s("workflow", "rerun", "w1", "--from", "b")).isZero();
    assertThat(api.lastRequest().body()).isEqualTo("{\"from\":\"b\"}");
    assertThat(p3s("workflow", "rerun", "w1", "--failed", "-o", "name")).isZero();
    assertThat(api.lastRequest().body()).isEqualTo("{\"failed\":true}");
    assertThat(terminal.out()).endsWith("w2\n");
  }

  @Test
  void a_workflow_in_state_template_is_activated_and_waited_for() {
    api.answer("PATCH /workflows/w2", 200, PLANNED);
    api.answer(
        "GET /workflows/w2",
        200,
        PLANNED.replace("\"outcome\":null,\"rerun", "\"outcome\":\"success\",\"rerun"));

    assertThat(p3s("workflow", "activate", "w2", "-o", "name")).isZero();
    assertThat(api.lastRequest().methodAndPath()).isEqualTo("PATCH /workflows/w2");
    assertThat(api.lastRequest().body()).isEqualTo("{\"state\":\"defined\"}");
    assertThat(p3s("workflow", "activate", "w2", "--wait", "-o", "name")).isZero();
    assertThat(api.lastRequest().methodAndPath()).isEqualTo("GET /workflows/w2");
    assertThat(terminal.out()).isEqualTo("w2\nw2\n");
  }

  @Test
  void the_drawing_shows_reruns_attempts_and_jobs_that_were_taken_over() {
    api.answer("GET /workflows/w2", 200, PLANNED);

    assertThat(p3s("workflow", "show", "w2")).isZero();

    assertThat(terminal.out()).contains("rerun of: w1").contains("taken over");
    assertThat(terminal.out()).containsPattern("b +running +attempt 2 of 3 +(←|<-) a");
  }

  @Test
  void marks_for_reprocessing_are_set_listed_and_removed() {
    api.answer("PATCH /workflows/w1", 200, PLANNED);
    api.answer("GET /workflows", 200, "{\"items\":[],\"next\":null}");

    assertThat(p3s("workflow", "mark", "w1")).isZero();
    assertThat(api.lastRequest().body()).isEqualTo("{\"reprocess\":true}");
    assertThat(p3s("workflow", "mark", "w1", "--off")).isZero();
    assertThat(api.lastRequest().body()).isEqualTo("{\"reprocess\":false}");
    assertThat(p3s("workflow", "ls", "--reprocess")).isZero();
    assertThat(api.lastRequest().methodAndPath()).startsWith("GET /workflows?reprocess=true");
  }
}
